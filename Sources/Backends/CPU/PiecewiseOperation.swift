internal import CDNNL
internal import CKernels

/// One of oneDNN's operations on a batch, as the same operation on pieces of the batch: at most
/// eight, each on one thread.
///
/// The pieces depend on the size of the batch alone, and what is summed over the batch is summed
/// over each piece first and from piece to piece along a binary tree; so any number of threads
/// gives the same bits.
struct PiecewiseOperation: Sendable {
  /// The operation on all images at once, whose layouts are those of the batch.
  let whole: DNNLOperation
  private let pieces: [(images: Range<Int>, operation: DNNLOperation)]

  /// How many results there are of what is summed over the batch.
  var count: Int { max(1, pieces.count) }

  /// `make` gives the operation for so many images.
  init(batch: Int, inPieces: Bool, _ make: (Int) -> DNNLOperation) {
    var made: [Int: DNNLOperation] = [:]
    func operation(_ images: Int) -> DNNLOperation {
      if let known = made[images] { return known }
      let operation = make(images)
      made[images] = operation
      return operation
    }
    let whole = operation(batch)
    self.whole = whole
    let count = inPieces ? min(batch, CK_BATCH_PIECES) : 1
    guard count > 1 else {
      pieces = []
      return
    }
    let pieces = (0..<count).map { piece in
      let images = batch * piece / count..<batch * (piece + 1) / count
      return (images: images, operation: operation(images.count))
    }
    // Where a piece would lie otherwise than in the batch, one thread takes the batch as a whole.
    self.pieces = pieces.allSatisfy { $0.operation.liesLikeImages(of: whole) } ? pieces : []
  }

  /// Runs on buffers in the layouts of the batch. Gradients of weights and biases are written piece
  /// after piece, `count` times, each as long as its layout.
  func run(_ backend: CPUBackend, _ operands: [(cdnnl_role, Buffer)]) {
    guard !pieces.isEmpty else { return whole.run(backend.workingMemory, operands) }
    withExtendedLifetime(operands) {
      backend.concurrently(pieces.count) { index in
        let (images, operation) = pieces[index]
        operation.run(
          backend.workingMemory,
          operands.map { role, buffer in
            let layout = whole[role]
            let offset =
              role.isOfImages
              ? images.lowerBound * layout.imageBytes
              : role.isSummed ? index * layout.byteCount : 0
            return cdnnl_argument(role: role, address: buffer.address + offset)
          })
      }
    }
  }
}

extension CPUBackend {
  /// Calls `body` for 0 ..< count, on as many threads as there are, in any order.
  func concurrently(_ count: Int, _ body: (Int) -> Void) {
    final class Job {
      let body: (Int) -> Void
      init(_ body: @escaping (Int) -> Void) { self.body = body }
    }
    withoutActuallyEscaping(body) { body in
      let job = Job(body)
      withExtendedLifetime(job) {
        ck_parallel(
          Int64(count),
          { Unmanaged<Job>.fromOpaque($0!).takeUnretainedValue().body(Int($1)) },
          Unmanaged.passUnretained(job).toOpaque())
      }
    }
  }

  /// The sum of results that follow one another in `parts`, of the shape and layout of `sum`.
  func addUp(_ parts: Buffer, _ count: Int, into sum: Storage) {
    withExtendedLifetime((parts, sum)) {
      ck_tree_sum(
        parts.address.assumingMemoryBound(to: Float.self), elementCount(sum), Int64(count),
        sum.address(as: Float.self))
    }
  }
}

extension cdnnl_role {
  /// Whether it has an axis of images.
  fileprivate var isOfImages: Bool {
    [CDNNL_SRC, CDNNL_DST, CDNNL_DIFF_SRC, CDNNL_DIFF_DST].contains(self)
  }
  /// Whether it is a sum over the images.
  fileprivate var isSummed: Bool { self == CDNNL_DIFF_WEIGHTS || self == CDNNL_DIFF_BIAS }
}

extension DNNLOperation {
  /// Whether its operands lie as those images do in a larger batch.
  fileprivate func liesLikeImages(of whole: DNNLOperation) -> Bool {
    for raw in 0...CDNNL_DIFF_BIAS.rawValue where raw != CDNNL_SCRATCHPAD.rawValue {
      let role = cdnnl_role(raw)
      switch (optional(role), whole.optional(role)) {
      case (nil, nil): continue
      case (let part?, let all?):
        guard role.isOfImages ? part.isImages(of: all) : part == all else { return false }
      default: return false
      }
    }
    return true
  }
}

extension DNNLLayout {
  // Of `numbers`, place 0 is the rank; from place 4 on there are sizes, padded sizes and strides.
  private var batchPlaces: (size: Int, padded: Int, stride: Int) {
    (4, 4 + Int(numbers[0]), 4 + 2 * Int(numbers[0]))
  }

  /// Bytes of one image; they follow one another.
  fileprivate var imageBytes: Int { byteCount / max(1, Int(numbers[batchPlaces.size])) }

  /// Whether the layouts differ in the number of images alone, which lie one after another.
  fileprivate func isImages(of whole: DNNLLayout) -> Bool {
    guard numbers.count == whole.numbers.count, imageBytes == whole.imageBytes else { return false }
    let places = batchPlaces
    var expected = whole.numbers
    for place in [places.size, places.padded] { expected[place] = numbers[place] }
    let image = numbers[(places.padded + 1)..<places.stride].reduce(1, *)
    if numbers[places.padded] == 1 { expected[places.stride] = numbers[places.stride] }
    return numbers == expected && whole.numbers[places.stride] == image
  }
}
