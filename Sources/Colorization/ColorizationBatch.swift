internal import Configurations
public import Images
public import Networks
public import Tensors
public import Training

/// What one step learns from: arrays, so that worker threads can make it. Either they hold all the
/// numbers, or the pixels of the crops, of which a device makes the numbers itself.
public struct ColorizationBatch: PretextBatch {
  /// Rows and columns of the crops.
  public let size: Int
  /// Crops in it.
  public let count: Int
  private let content: Content

  private enum Content: Sendable {
    case numbers(ColorizationNumbers)
    case pixels([Int32], ColorTargets)
  }

  /// A batch whose numbers were made on the host; traps when it is empty or sizes differ.
  public init(_ examples: [ColorizationExample]) {
    precondition(
      !examples.isEmpty && examples.allSatisfy { $0.size == examples[0].size },
      "ColorizationBatch: no examples, or of unequal sizes")
    (size, count) = (examples[0].size, examples.count)
    content = .numbers(ColorizationNumbers(examples))
  }

  /// A batch that travels as pixels, one word each; traps unless all crops are RGB and square, of
  /// one size.
  public init(crops: [Picture], _ targets: ColorTargets) {
    precondition(
      !crops.isEmpty
        && crops.allSatisfy {
          $0.channels == 3 && $0.width == crops[0].width && $0.height == $0.width
        }, "ColorizationBatch: no crops, or not square RGB of one size")
    (size, count) = (crops[0].width, crops.count)
    let pixels = size * size
    let words = [Int32](unsafeUninitializedCapacity: count * pixels) { words, filled in
      for (number, crop) in crops.enumerated() {
        crop.samples.withUnsafeBufferPointer { rgb in
          for i in 0..<pixels {
            words[number * pixels + i] =
              Int32(rgb[3 * i]) | Int32(rgb[3 * i + 1]) << 8 | Int32(rgb[3 * i + 2]) << 16
          }
        }
      }
      filled = crops.count * pixels
    }
    content = .pixels(words, targets)
  }

  /// Everything that one pass wants, on a device; the input in `dtype`.
  public func tensors(on device: Device, as dtype: DType = .f32) -> ColorizationTensors {
    switch content {
    case .numbers(let numbers): ColorizationTensors(numbers, on: device, as: dtype)
    case .pixels(let words, let targets):
      ColorizationTensors(
        pixels: Tensor(indices: words, shape: [count, size, size], on: device), targets, as: dtype)
    }
  }

  /// Everything under the names of the tensors; of pixels it is made on the CPU.
  public var archive: TensorArchive {
    let tensors = tensors(on: .cpu)
    var archive = TensorArchive()
    archive.add("input", tensors.input)
    archive.add("target", tensors.target)
    archive.add("weights", tensors.weights)
    if let code = tensors.code {
      archive.add("classes", code.classes)
      archive.add("shares", code.shares)
    }
    return archive
  }
}

/// Examples joined.
struct ColorizationNumbers: Sendable {
  let size, rows, columns, count: Int
  /// [n, channels, size, size].
  let input: [Float]
  /// [n, channels, rows, columns]; `wanted` is empty in classification.
  let target, wanted: [Float]
  /// [n, 1, rows, columns].
  let weights: [Float]
  /// [n, k, rows, columns]; empty in regression.
  let classes: [Int32], shares: [Float]
  /// Of all soft codes together, in nats.
  let entropy: Double

  init(_ examples: [ColorizationExample]) {
    (size, rows, columns) = (examples[0].size, examples[0].rows, examples[0].columns)
    count = examples.count
    input = examples.flatMap(\.input)
    target = examples.flatMap { $0.target.flatMap { $0 } }
    wanted = examples.flatMap(\.wanted)
    weights = examples.flatMap(\.weights)
    classes = examples.flatMap(\.classes)
    shares = examples.flatMap(\.shares)
    entropy = examples.reduce(0) { $0 + $1.entropy }
  }
}
