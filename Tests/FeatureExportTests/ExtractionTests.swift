import Datasets
import FeatureExport
import Foundation
import HDF5
import Images
import Inputs
import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct ExtractionTests {
  let scratch: Scratch
  let (archive, data, output): (String, String, String)

  init() throws {
    scratch = try Scratch()
    archive = scratch.file("features.safetensors")
    data = scratch.file("scenes.h5")
    output = scratch.file("out.h5")
    try Samples.write(Samples.configuration(.eccv16), to: archive)
    _ = try SceneBuilder(
      source: SceneGenerator(size: (48, 40), key: RandomKey(seed: 1)), name: "test", pretrain: 5,
      trainval: 3, test: 3
    ).build(to: data) { _ in }
  }

  func options(_ pooling: FeaturePooling = .none) -> FeatureExtraction.Options {
    var options = FeatureExtraction.Options(layer: "norm3")
    options.pooling = pooling
    options.batchSize = 4
    return options
  }

  @Test(arguments: ["none", "max", "average:1", "average:3"])
  func everyPictureHasItsFeatures(_ word: String) throws {
    let pooling = try #require(FeaturePooling(word))
    let extraction = try FeatureExtraction(archive: archive, data: data, options: options(pooling))
    let result = try #require(try extraction.run(to: output))
    let file = try HDF5File(reading: output)
    let values: [Float] = try file.read("features")
    #expect(try file.shape(of: "features") == result.shape && result.shape[0] == 11)
    let dataset = try Dataset(opening: data)
    #expect(try file.read("ids", as: String.self) == dataset.ids)
    #expect(try file.attribute("layer", as: String.self) == "norm3")
    #expect(
      try file.attribute("source_sha256", as: String.self)
        == FeatureArchive.describe(archive).digest)
    // One picture by hand.
    let features = try FeatureArchive.read(archive).archive
    let record = 9
    var augmentation = Augmentation()
    augmentation.size = 64
    let crop = augmentation.center(of: try dataset.picture(record, .whole))
    let expected = features.trunk.through("norm3")(
      features.description.preprocessing.input(of: [crop], on: .cpu))
    let pooled: [Float] =
      switch pooling {
      case .none: expected.floats
      case .max:
        expected.maxPool(.init(window: Pair(expected.shape[2], expected.shape[3]))).floats
      case .average(1): expected.globalAveragePool().floats
      case .average: FeaturePooling.average(3).pooled(expected.floats, height: 8, width: 8)
      }
    let row = pooled.count
    let found = Array(values[record * row..<(record + 1) * row])
    #expect(
      relativeDifference(Tensor(found, shape: [row]), Tensor(pooled, shape: [row])) < 1e-5)
  }

  @Test func cellsAreThoseOfPyTorch() {
    // torch.nn.functional.adaptive_avg_pool2d(torch.arange(25.).view(1, 1, 5, 5), 2)
    let pooled = FeaturePooling.average(2).pooled((0..<25).map(Float.init), height: 5, width: 5)
    #expect(pooled == [6, 8, 16, 18])
    #expect(FeaturePooling("average:0") == nil && FeaturePooling("mean") == nil)
  }

  @Test func aStoppedExtractionGoesOn() throws {
    func extraction(
      _ change: (inout FeatureExtraction.Options) -> Void = { _ in }
    ) throws -> FeatureExtraction {
      var options = options()
      change(&options)
      return try FeatureExtraction(archive: archive, data: data, options: options)
    }
    let whole = scratch.file("whole.h5")
    var heard: [Int] = []
    _ = try extraction().run(to: whole, progress: { heard.append($0) })
    #expect(heard == [0, 4, 8, 11])
    // Stopped within the first piece: the two batches before are kept.
    var batches = 0
    let stopped = try extraction().run(
      to: output,
      isStopped: {
        batches += 1
        return batches > 2
      })
    #expect(stopped == nil && !FileManager.default.fileExists(atPath: output))
    // Other pieces and batches than before: what is there still counts.
    let again = try extraction { options in
      options.batchSize = 1
      options.pieceBytes = 1
    }
    batches = 0
    heard = []
    let late = try again.run(
      to: output,
      isStopped: {
        batches += 1
        return batches > 1
      }, progress: { heard.append($0) })
    #expect(late == nil && heard == [8, 9])
    // A damaged piece is made anew, those behind it stay.
    let folder = "\(output).pieces"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 2)
    let first = try #require(names.first { $0.contains("-0-8.") })
    try Data("damaged".utf8).write(to: URL(filePath: "\(folder)/\(first)"))
    heard = []
    let result = try #require(try extraction().run(to: output, progress: { heard.append($0) }))
    #expect(result.shape[0] == 11 && result.resumed == 1 && heard == [1, 5, 9, 11])
    let (a, b): ([Float], [Float]) = (
      try HDF5File(reading: whole).read("features"), try HDF5File(reading: output).read("features")
    )
    #expect(
      relativeDifference(Tensor(a, shape: [a.count]), Tensor(b, shape: [b.count])) < 1e-6)
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(!left.contains { $0.hasSuffix(".pieces") })
  }

  @Test func aStoppedExtractionGoesOnToTheSameBytes() throws {
    func extraction() throws -> FeatureExtraction {
      try FeatureExtraction(archive: archive, data: data, options: options(.average(1)))
    }
    let whole = scratch.file("whole.h5")
    _ = try extraction().run(to: whole)
    var batches = 0
    _ = try extraction().run(
      to: output,
      isStopped: {
        batches += 1
        return batches > 1
      })
    #expect(try extraction().run(to: output)?.resumed == 4)
    let (a, b) = (URL(filePath: whole), URL(filePath: output))
    #expect(try Data(contentsOf: a) == Data(contentsOf: b))
  }

  @Test func theNameOfABlockMeansItsLastLayer() throws {
    var (block, layer) = (options(), options())
    (block.layer, layer.layer) = ("conv2", "conv2_2")
    let files = [scratch.file("block.h5"), scratch.file("layer.h5")]
    for (options, file) in zip([block, layer], files) {
      _ = try FeatureExtraction(archive: archive, data: data, options: options).run(to: file)
    }
    let bytes = try files.map { try Data(contentsOf: URL(filePath: $0)) }
    #expect(bytes[0] == bytes[1])
  }

  /// An input, or any other file, is not replaced by features; features are.
  @Test func onlyFeaturesAreReplacedByFeatures() throws {
    let extraction = try FeatureExtraction(archive: archive, data: data, options: options())
    for path in [archive, data] {
      let before = try Data(contentsOf: URL(filePath: path))
      let text = words { _ = try extraction.run(to: path) }
      #expect(text.contains("\(path): is there and holds no extracted features"), "\(text)")
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
      #expect(!FileManager.default.fileExists(atPath: "\(path).pieces"))
    }
    for _ in 0..<2 { #expect(try extraction.run(to: output) != nil) }
  }

  @Test func whatAnotherExtractionLeftIsKept() throws {
    var asked = 0
    let first = try FeatureExtraction(archive: archive, data: data, options: options())
    _ = try first.run(
      to: output,
      isStopped: {
        asked += 1
        return asked > 1
      })
    let other = try FeatureExtraction(archive: archive, data: data, options: options(.max))
    let text = words { _ = try other.run(to: output) }
    #expect(text.contains("out.h5.pieces: holds what another extraction"), "\(text)")
    #expect(try first.run(to: output)?.resumed == 4)
  }

  @Test func cellsAreNoMoreThanPlaces() throws {
    let text = words {
      _ = try FeatureExtraction(archive: archive, data: data, options: options(.average(9)))
    }
    #expect(text.contains("gives 8 x 8 places at layer 'norm3'"), "\(text)")
  }

  @Test func whatIsNoArchiveIsCalledByItsNameWithTheRemedy() throws {
    let run = scratch.file("run")
    try Samples.run(at: run)
    let features = try FeatureArchive.read(archive).archive
    for format in [ExportFormat.pytorch, .onnx, .caffe] {
      try features.write(format, to: scratch.file("\(format)"))
    }
    func explanation(_ path: String) -> String {
      words { _ = try FeatureExtraction(archive: path, data: data, options: options()) }
    }
    for (path, word) in [
      (
        run,
        "is a run folder; pigment export \(run) --output \(run).safetensors makes an archive of it"
      ),
      ("\(run)/checkpoints/step-5.ckpt", "is a checkpoint; pigment export"),
      (scratch.file("pytorch"), "is a PyTorch export; pigment import"),
      (scratch.file("pytorch/weights.safetensors"), "is a state dict; pigment import"),
      (scratch.file("onnx"), "is an ONNX model"), (scratch.file("caffe"), "is an HDF5 file"),
      (scratch.path, "is a folder without weights.safetensors"),
    ] {
      #expect(explanation(path).hasPrefix("\(path): \(word)"), "\(explanation(path))")
    }
  }

  @Test func whatIsNotThereIsNamed() throws {
    var wrong = options()
    wrong.layer = "conv9"
    let text = words { _ = try FeatureExtraction(archive: archive, data: data, options: wrong) }
    #expect(text.contains("features.safetensors: has no layer 'conv9'; there are conv1_1, "))
    wrong = options()
    wrong.split = "validation"
    #expect(
      words { _ = try FeatureExtraction(archive: archive, data: data, options: wrong) }
        .contains("[split 'validation']: there is no such split"))
    wrong = options()
    wrong.size = 16
    #expect(
      words { _ = try FeatureExtraction(archive: archive, data: data, options: wrong) }
        .contains("takes pictures of at least 32 pixels, not 16"))
  }

  @Test func statisticsAreThoseOfThePictures() throws {
    var settings = FeatureExporter.Options()
    settings.statisticsData = data
    settings.statisticsPictures = 4
    let output = scratch.file("with.safetensors")
    let report = try FeatureExporter.export(archive, to: output, options: settings)
    #expect(report.features.statistics?.pictures == 4)
    let read = try FeatureArchive.read(output).archive
    let layer = try #require(read.statistics?.layers["norm3"])
    let dataset = try Dataset(opening: data)
    var augmentation = Augmentation()
    augmentation.size = 64
    let pictures = try [0, 2, 5, 8].map {
      augmentation.center(of: try dataset.picture($0, .whole))
    }
    let norm3 = read.trunk.through("norm3")(
      read.description.preprocessing.input(of: pictures, on: .cpu))
    let values = stride(from: 0, to: norm3.shape.count, by: norm3.shape[1] * 64).flatMap {
      norm3.doubles[$0 + 64..<$0 + 128]  // channel 1 of 8 x 8
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(Double(layer.mean[1]) - mean) < 1e-4 * max(1, abs(mean)))
    #expect(abs(Double(layer.deviation[1]) - square.squareRoot()) < 1e-4)
  }
}
