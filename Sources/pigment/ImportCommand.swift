public import ArgumentParser
internal import FeatureExport
public import Networks
internal import Processes

/// `pigment import`: weights from elsewhere become a feature archive.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a feature archive of weights from PyTorch, torchvision or Caffe.",
    discussion: """
      Recognized by names and shapes, and then without options: torchvision's VGG, AlexNet and \
      ResNets as safetensors or .pth (torch.save, of which nothing is executed), also behind \
      module., backbone. or model.; the released PyTorch eccv16; the released colorization and \
      split-brain networks as .caffemodel or Caffe's HDF5; what pigment exported. Classifiers are \
      left out, the preprocessing is set, and what was recognized is printed.

      Otherwise --architecture and what goes with it say what a file is. Every tensor must be \
      there with its shape, and none may be left over but those that --ignore names. Names may be \
      torchvision's, pigment's, those of the released PyTorch eccv16, or Caffe's (in HDF5 \
      /data/LAYER/0; layers without weights are passed over, but for response normalization). \
      Weights in half, bfloat16, 8-bit or double precision are made float32, and a line says so.
      """)

  @Argument(help: "The weights (.safetensors, .pth, .caffemodel, .h5, or a folder of an export).")
  var file: String
  @Option(name: .shortAndLong, help: "The feature archive to write (.safetensors).")
  var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "The trunk.")
  var architecture: TrunkConfiguration.Architecture?
  @Option(help: "Factor of every channel count.") var width = 1.0
  @Flag(inversion: .prefixedNo, help: "Whether the trunk normalizes batches.")
  var batchNormalization = true
  @Flag(help: "Insist on a gain and an offset in normalization; they are found by their names.")
  var affine = false
  @Option(help: "AlexNet: pretraining (padded, dilated) or transfer.")
  var form = TrunkConfiguration.Form.transfer
  @Option(help: "ResNets: imagenet (7x7, pooling) or cifar (3x3).")
  var stem = TrunkConfiguration.Stem.imagenet
  @Option(help: "Input channels: lightness, ab, lab, gray or rgb.")
  var channels = Preprocessing.Channels.lightness
  @Option(help: "Subtracted from each channel: one number each, or the usual ones.")
  var mean: [Double] = []
  @Option(help: "Multiplied to each channel then.") var scale: [Double] = []
  @Option(help: "The side of the pictures it was trained with.") var size = 224
  @Flag(help: "The first filters see blue, green, red, as Caffe's do.") var bgr = false
  @Option(help: "Leave out tensors or layers whose names begin so; may be repeated.")
  var ignore: [String] = []
  @Option(help: "What was learned, for the archive's record.") var task = "imported"
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    let isPlain =
      width == 1 && batchNormalization && !affine && form == .transfer && stem == .imagenet
      && channels == .lightness
      && mean.isEmpty && scale.isEmpty && size == 224 && !bgr
      && task == "imported"
    guard architecture != nil || isPlain else {
      throw ValidationError(
        "the options say what a foreign file does not; they need --architecture with them")
    }
    guard mean.isEmpty || mean.count == channels.count else {
      throw ValidationError("give --mean \(channels.count) times, once for each channel")
    }
    guard scale.isEmpty || scale.count == channels.count else {
      throw ValidationError("give --scale \(channels.count) times, once for each channel")
    }
    guard width > 0, width <= TrunkConfiguration.largestWidth else {
      throw ValidationError("--width is over 0 and at most \(TrunkConfiguration.largestWidth)")
    }
    guard (1...Preprocessing.largestSize).contains(size) else {
      throw ValidationError("--size is from 1 to \(Preprocessing.largestSize)")
    }
    guard (mean + scale).allSatisfy(\.isFinite), !scale.contains(0) else {
      throw ValidationError("--mean and --scale are finite, and no scale is zero")
    }
  }

  func run() throws {
    try replace.check(output, .export(.archive), inputs: [file])
    let words = try FeatureImporter.import(
      file, to: output, options: architecture.map(options),
      ignoring: architecture == nil ? ignore : [])
    Output.show(
      .file(
        output, "\(words)",
        [
          "trunk": words.features.trunk.summary, "recognized": words.recognized,
          "notes": words.notes, "tensors": words.load.loaded,
        ]))
  }

  private func options(
    _ architecture: TrunkConfiguration.Architecture
  ) -> FeatureImporter.Options {
    var trunk = TrunkConfiguration(architecture, width: width, inputChannels: channels.count)
    trunk.batchNormalization = batchNormalization
    trunk.affine = affine
    (trunk.form, trunk.stem) = (form, stem)
    let usual = Preprocessing(channels, size: size)
    var options = FeatureImporter.Options(
      trunk: trunk,
      preprocessing: Preprocessing(
        channels, mean: mean.isEmpty ? usual.mean : mean,
        scale: scale.isEmpty ? usual.scale : scale, size: max(size, trunk.smallestSide)))
    options.isBGR = bgr
    options.ignored = ignore
    options.task = task
    return options
  }
}

extension TrunkConfiguration.Architecture: ExpressibleByArgument {}
extension TrunkConfiguration.Form: ExpressibleByArgument {}
extension TrunkConfiguration.Stem: ExpressibleByArgument {}
extension Preprocessing.Channels: ExpressibleByArgument {}
