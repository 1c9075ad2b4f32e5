public import ArgumentParser
public import FeatureExport
public import Networks
internal import Processes

/// `pigment export`: the head comes off, what remains becomes a feature archive or a file of
/// another toolkit.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Strip the head of a trained network and write its trunk for others to use.",
    discussion: """
      Every step is checked as it is made: the features before and after, and the largest \
      difference. Formats: archive (what pigment's own commands read), pytorch (a folder with \
      weights.safetensors and a self-contained extractor.py; VGG-16 and ResNets have \
      torchvision's names), onnx (opset 13; takes sRGB pictures from 0 to 1), caffe (HDF5 weights \
      and a prototxt; not ResNets).

      pigment export --check FILE reads any of them back and proves it: every weight against a \
      digest, its features against golden values. Those of an ONNX model stand beside it \
      (FILE.golden.safetensors: image can be fed, output.NAME is what comes out), with Caffe's \
      weights a prototxt (FILE.prototxt): keep them together.
      """)

  @Argument(
    help: "A checkpoint, a run folder (its newest checkpoint), or a feature archive.")
  var checkpoint: String?
  @Option(name: .shortAndLong, help: "The file to write; a folder for pytorch.")
  var output: String?
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "Read an export back and prove it, instead of writing one.") var check: String?
  @Option(help: "The format.") var format = ExportFormat.archive
  @Option(
    help: """
      The trunk's input: trained as it is, rgb (of a trunk trained on gray), or lab (of a trunk \
      trained on lightness; filters of zeros for a and b).
      """)
  var input = InputConvention.trained
  @Option(
    help: """
      With --input rgb: matched, the default (each channel as gray was; the same features \
      everywhere), or imagenet (torchvision's means and deviations).
      """)
  var normalization: RGBNormalization?
  @Flag(help: "Fold batch normalization into the convolutions (not ECCV16).") var fold = false
  @Flag(help: "Rescale the layers so that all learn equally fast in fine-tuning.")
  var rescale = false
  @Option(help: "How exactly weights are kept: f32, or bf16 in half the bytes (archive).")
  var weights = WeightPrecision.f32
  @Flag(help: "Keep the dense form of pretraining (AlexNet, dilated ResNets).") var dense = false
  @Option(
    name: .customLong("layer"),
    help: """
      ONNX: a layer that is an output of the model, or all; may be repeated. The last one by \
      default.
      """)
  var layers: [String] = []
  @Flag(
    help: """
      PyTorch, VGG-16 and ResNets: add noise for torchvision's classifier, so that the whole \
      model loads with strict=True.
      """)
  var classifier = false
  @Option(
    help: """
      A dataset for the mean and deviation of each channel; by default the one the run learned \
      from, where it is still there.
      """)
  var statistics: String?
  @Option(
    help: """
      Pictures for the statistics; 0 for none, and for no count of dead channels (over up to 1,000 \
      held-out pictures).
      """) var pictures = 32
  @Option(help: "What the checkpoint was trained for; needed where that was no pretext task.")
  var task: String?
  @Option(
    help: """
      What the trunk of a transfer run of an earlier version sees, whose checkpoints do not say \
      it: lightness, ab, lab, gray or rgb.
      """)
  var channels: Preprocessing.Channels?
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard check == nil else {
      guard checkpoint == nil, output == nil else {
        throw ValidationError("--check reads one file; it takes no checkpoint and no --output")
      }
      return
    }
    guard checkpoint != nil else { throw ValidationError("give a checkpoint, or --check FILE") }
    guard output != nil else { throw ValidationError("give --output") }
    guard layers.isEmpty || format == .onnx else {
      throw ValidationError("--layer is for --format onnx")
    }
    guard !classifier || format == .pytorch else {
      throw ValidationError("--classifier is for --format pytorch")
    }
    guard normalization == nil || input == .rgb else {
      throw ValidationError("--normalization is for --input rgb")
    }
    guard weights == .f32 || format == .archive else {
      throw ValidationError("--weights \(weights.rawValue) is for --format archive")
    }
    guard pictures >= 0 else { throw ValidationError("--pictures must not be negative") }
  }

  func run() throws {
    if let check {
      let proof = try ExportCheck(check)
      Output.show(
        .init(
          .description, "\(proof)",
          ["path": proof.path, "largestDifference": proof.largestDifference]))
      return
    }
    guard let checkpoint, let output else { return }
    try replace.check(output, .export(format), inputs: [checkpoint])
    var options = FeatureExporter.Options()
    options.format = format
    options.formatOptions.outputs = layers
    options.formatOptions.classifier = classifier
    options.input = input
    options.normalization = normalization ?? .matched
    options.keepsForm = dense
    options.foldsNormalization = fold
    options.balancesLayers = rescale
    options.weights = weights
    options.task = task
    options.channels = channels
    options.statisticsData = statistics
    options.statisticsPictures = pictures
    let report = try FeatureExporter.export(checkpoint, to: output, options: options)
    Output.show(.file(output, "\(report)", report.facts))
  }
}

extension FeatureExporter.Report {
  /// What programs want to know of an export.
  fileprivate var facts: [String: any Encodable] {
    var facts: [String: any Encodable] = [
      "format": format.rawValue, "features": features, "steps": steps, "warnings": warnings,
      "largestDifference": largestDifference,
    ]
    facts["dead"] = dead
    return facts
  }
}

extension ExportFormat: ExpressibleByArgument {}
extension WeightPrecision: ExpressibleByArgument {}
extension InputConvention: ExpressibleByArgument {}
extension RGBNormalization: ExpressibleByArgument {}
