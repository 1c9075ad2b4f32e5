import Datasets
import FeatureExport
import Foundation
import Inputs
import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct StepTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Exports an archive of this trunk with these options, and reads the result.
  func export(
    _ configuration: TrunkConfiguration, _ channels: Preprocessing.Channels = .lightness,
    _ change: (inout FeatureExporter.Options) -> Void
  ) throws -> (before: FeatureArchive, after: FeatureArchive, report: FeatureExporter.Report) {
    let before = Samples.archive(configuration, channels)
    try before.write(to: scratch.file("before.safetensors"))
    var options = FeatureExporter.Options()
    change(&options)
    let report = try FeatureExporter.export(
      scratch.file("before.safetensors"), to: scratch.file("after.safetensors"), options: options)
    return (before, try FeatureArchive.read(scratch.file("after.safetensors")).archive, report)
  }

  @Test func onlyAlexNetHasADenseForm() throws {
    let text = words { _ = try export(Samples.configuration(.vgg16)) { $0.keepsForm = true } }
    #expect(text.contains("has no dense form to keep"), "\(text)")
  }

  @Test func paddedAlexNetGetsItsStridesBack() throws {
    let configuration = Samples.configuration(.alexnet)
    let (before, after, report) = try export(configuration) { _ in }
    #expect(after.description.trunk.form == .transfer)
    #expect(after.description.preprocessing.size >= 227)
    #expect(after.description.steps.map(\.name) == ["strides restored"])
    #expect(report.largestDifference < 1e-5)
    // The weights are those of before, bit for bit.
    for (old, new) in zip(before.trunk.tensors, after.trunk.tensors) {
      #expect(old.name == new.name && old.tensor.floats == new.tensor.floats)
    }
    // One output at 227 pixels, in the middle of them.
    #expect(after.golden.outputs["fc7"]?.shape == [1, 256, 1, 1])
    let geometry = after.description.layers.last!.geometry
    #expect(geometry.stride == 32 && geometry.offset == 113 && geometry.receptiveField == 355)
  }

  @Test func theDenseNetHasEveryStridedFeatureAtItsPlace() throws {
    // Without any code of the export: pool5 and fc6 of both forms over the same conv5.
    let dense = Samples.trunk(Samples.configuration(.alexnet))
    var strided = Samples.configuration(.alexnet, form: .transfer)
      .build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    var tensors = TensorArchive()
    dense.save(into: &tensors)
    try strided.load(from: tensors)
    var stream = RandomKey(seed: 3).stream()
    let conv5 = Tensor(
      (0..<16 * 17 * 17).map { _ in Float(stream.uniform()) }, shape: [1, 16, 17, 17])
    func fc6(_ trunk: Stack) -> Tensor { trunk.after("relu5").through("fc6")(conv5) }
    let (a, b) = (fc6(dense), fc6(strided))
    #expect(a.shape == [1, 256, 17, 17] && b.shape == [1, 256, 3, 3])
    for channel in 0..<256 {
      for row in 0..<3 {
        for column in 0..<3 {
          let left = a.floats[(channel * 17 + 2 * row + 6) * 17 + 2 * column + 6]
          #expect(abs(left - b.floats[(channel * 3 + row) * 3 + column]) < 1e-4)
        }
      }
    }
  }

  @Test(arguments: [TrunkConfiguration.Architecture.alexnet, .vgg16, .resnet18], [false, true])
  func foldedNormalizationGivesTheSameFeatures(
    _ architecture: TrunkConfiguration.Architecture, _ affine: Bool
  ) throws {
    let configuration = Samples.configuration(architecture, form: .transfer, affine: affine)
    let (before, after, report) = try export(configuration) { $0.foldsNormalization = true }
    #expect(!after.description.trunk.batchNormalization)
    #expect(!after.trunk.leaves.contains { $0.layer.kind.batchNormalization != nil })
    #expect(report.largestDifference < 1e-4)
    // What both have means the same in both; what lay between is refused by name.
    let names = after.trunk.names
    #expect(names == before.trunk.names.filter(names.contains))
    let first = before.trunk.stages[1].output
    #expect(names[0] == first && first.hasPrefix("relu"))
    let old = before.trunk.outputs(before.golden.input, of: Set(names))
    let new = after.trunk.outputs(before.golden.input, of: Set(names))
    for name in names { #expect(relativeDifference(new[name]!, old[name]!) < 1e-4, "\(name)") }
    for lost in before.trunk.names.prefix(2) {
      let text = words { _ = try after.trunk.layer(called: lost, file: "after") }
      #expect(text.contains("no output '\(lost)' any more: it is folded into \(first)"), "\(text)")
    }
    // The archive must load where a trunk without normalization is asked for.
    var copy = after.description.trunk.build(.he, key: RandomKey(seed: 9), on: .cpu)
    try copy.load(
      from: try TensorArchive(reading: scratch.file("after.safetensors")), prefix: "trunk.")
  }

  @Test func normalizationAfterRectifiersIsNotFolded() throws {
    let text = words {
      _ = try export(Samples.configuration(.eccv16)) { $0.foldsNormalization = true }
    }
    #expect(text.contains("normalizes after its rectifiers (eccv16)"), "\(text)")
    let none = words {
      _ = try export(Samples.configuration(.vgg16, normalization: false)) {
        $0.foldsNormalization = true
      }
    }
    #expect(none.contains("has no batch normalization to fold"), "\(none)")
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func grayGoesIntoThreeChannels(_ architecture: TrunkConfiguration.Architecture) throws {
    let configuration = Samples.configuration(architecture, form: .transfer)
    let (before, after, report) = try export(configuration, .gray) { $0.input = .rgb }
    #expect(after.description.trunk.inputChannels == 3)
    #expect(report.largestDifference < 1e-5)
    // By the pictures themselves: a colored picture through each archive's own preprocessing.
    let picture = Colors.picture(side: configuration.smallestSide)
    let old = before.trunk(before.description.preprocessing.input(of: [picture], on: .cpu))
    let new = after.trunk(after.description.preprocessing.input(of: [picture], on: .cpu))
    #expect(relativeDifference(new, old) < 1e-4)
    // A three-channel model takes it strictly.
    var model = Samples.configuration(architecture, channels: 3, form: .transfer)
      .build(.he, key: RandomKey(seed: 2), on: .cpu)
    try model.load(
      from: try TensorArchive(reading: scratch.file("after.safetensors")), prefix: "trunk.")
  }

  @Test func imageNetsMeansAreExactWhereConvOneDoesNotPad() throws {
    let configuration = Samples.configuration(.alexnet, form: .transfer)
    let (before, after, report) = try export(configuration, .gray) {
      $0.input = .rgb
      $0.normalization = .imagenet
    }
    #expect(after.description.preprocessing.mean == [0.485, 0.456, 0.406])
    #expect(report.largestDifference < 1e-5)
    let picture = Colors.picture(side: 227)
    let old = before.trunk(before.description.preprocessing.input(of: [picture], on: .cpu))
    let new = after.trunk(after.description.preprocessing.input(of: [picture], on: .cpu))
    #expect(relativeDifference(new, old) < 1e-4)
    // Where it pads, the border differs and the report says by how much.
    let (_, _, padded) = try export(Samples.configuration(.vgg16), .gray) {
      $0.input = .rgb
      $0.normalization = .imagenet
    }
    #expect(padded.steps[0].detail.contains("features that see one differ by up to"))
    #expect(padded.largestDifference < 1e-5)
    // Without a bias in conv1, its normalization takes the difference.
    let (bare, folded, residual) = try export(Samples.configuration(.resnet18), .gray) {
      $0.input = .rgb
      $0.normalization = .imagenet
    }
    #expect(residual.largestDifference < 1e-5)
    let means = [bare, folded].map { $0.trunk["bn1"].kind.batchNormalization!.mean.floats }
    #expect(means[0] != means[1])
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func colorChannelsBeginAtZero(_ architecture: TrunkConfiguration.Architecture) throws {
    let configuration = Samples.configuration(architecture, form: .transfer)
    let (before, after, report) = try export(configuration) { $0.input = .lab }
    #expect(after.description.preprocessing.channels == .lab && report.largestDifference == 0)
    let weight = (after.trunk.stages[0].layer as! Convolution).weight
    let size = weight.shape[2] * weight.shape[3]
    for (index, value) in weight.floats.enumerated() where index / size % 3 > 0 {
      #expect(value == 0)
    }
    let picture = Colors.picture(side: configuration.smallestSide)
    let old = before.trunk(before.description.preprocessing.input(of: [picture], on: .cpu))
    let new = after.trunk(after.description.preprocessing.input(of: [picture], on: .cpu))
    #expect(relativeDifference(new, old) < 1e-6)
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func balancedLayersGiveTheirFeaturesTimesTheStatedFactors(
    _ architecture: TrunkConfiguration.Architecture
  ) throws {
    let data = scratch.file("scenes.h5")
    _ = try SceneBuilder(
      source: SceneGenerator(size: (64, 64), key: RandomKey(seed: 1)), name: "test", pretrain: 14,
      trainval: 1, test: 1
    ).build(to: data) { _ in }
    let configuration = Samples.configuration(architecture, form: .transfer, affine: true)
    let (before, after, report) = try export(configuration) {
      $0.balancesLayers = true
      $0.statisticsData = data
    }
    let step = try #require(after.description.steps.first { $0.name == "layers balanced" })
    #expect(report.steps.contains(step) && step.largestDifference < 1e-4)
    // The factors as the archive has them; the report prints four digits.
    let factors = try #require(step.factors)
    #expect(Set(factors.keys) == Set(before.trunk.names))
    #expect(factors.values.contains { abs($0 - 1) > 0.1 })
    #expect(step.detail.contains("outputs multiplied by conv1"))
    let picture = Colors.picture(side: configuration.smallestSide)
    let input = before.description.preprocessing.input(of: [picture], on: .cpu)
    let names = Set(before.trunk.names)
    let (old, new) = (before.trunk.outputs(input, of: names), after.trunk.outputs(input, of: names))
    for (name, factor) in factors {
      #expect(relativeDifference(new[name]!, old[name]!.scaled(by: factor)) < 1e-4, "\(name)")
    }
    // What follows a normalization is what it was.
    let norm = try #require(
      before.trunk.stages.first { $0.layer.kind.batchNormalization != nil }?.name)
    #expect(relativeDifference(new[norm]!, old[norm]!) < 1e-4)
    #expect(after.description.provenance == before.description.provenance)
  }

  @Test func balancingNeedsPictures() throws {
    let text = words { _ = try export(Samples.configuration(.eccv16)) { $0.balancesLayers = true } }
    #expect(text.contains("needs pictures to balance layers on; give --statistics DATA"), "\(text)")
  }

  @Test func channelsThatAreNoLinearPartAreRefused() throws {
    let text = words { _ = try export(Samples.configuration(.eccv16)) { $0.input = .rgb } }
    #expect(text.contains("was trained on lightness, which is no linear part of rgb"), "\(text)")
    let other = words { _ = try export(Samples.configuration(.vgg16), .gray) { $0.input = .lab } }
    #expect(other.contains("was trained on gray"), "\(other)")
  }
}
