import Foundation
import Layers
import Networks
import Randomness
import Tensors
import Testing

/// ResNets beside torchvision's, and what their settings do.
struct ResNetTests {
  private static func configuration(
    _ architecture: TrunkConfiguration.Architecture, dilatedStages: Int = 0, width: Double = 1
  ) -> TrunkConfiguration {
    var configuration = TrunkConfiguration(architecture, width: width, inputChannels: 3)
    configuration.affine = true
    configuration.dilatedStages = dilatedStages
    return configuration
  }

  private func check(
    _ trunk: Stack, _ golden: [String: ResNetGolden.Summary], side: Int, _ dtype: DType,
    on device: Device, within tolerance: Double
  ) {
    // What the first normalization gives is rectified in place there.
    #expect(trunk.names.filter { $0 != "bn1" }.sorted() == golden.keys.sorted())
    let x = ResNetGolden.tensor("input", [2, 3, side, side], dtype, on: device)
    for (name, output) in trunk.outputs(x, of: Set(golden.keys)) {
      let difference = golden[name]!.difference(from: output)
      #expect(difference < tolerance, "\(name) differs by \(difference)")
    }
  }

  @Test func outputsAreTorchvisions() throws {
    let golden = try ResNetGolden.read()
    for (architecture, dilated, expected) in [
      (TrunkConfiguration.Architecture.resnet18, 0, golden.resnet18),
      (.resnet34, 0, golden.resnet34), (.resnet50, 0, golden.resnet50),
      (.resnet50, 2, golden.dilated),
    ] {
      let configuration = Self.configuration(architecture, dilatedStages: dilated)
      check(
        ResNetGolden.trunk(configuration, .f32, on: .cpu), expected, side: golden.side, .f32,
        on: .cpu, within: 1e-5)
    }
  }

  @Test func gradientsOfAStepAreTorchvisions() throws {
    let golden = try ResNetGolden.read()
    var trunk = ResNetGolden.trunk(Self.configuration(.resnet18), .f64, on: .reference)
    let x = ResNetGolden.tensor("input", [2, 3, golden.side, golden.side], .f64, on: .reference)
    let (loss, gradients) = trunk.gradients { model in
      var pass = Pass.training(key: RandomKey(seed: 1))
      let y = model.forward(x, &pass)
      return (y * ResNetGolden.tensor("cotangent", y.shape, .f64, on: .reference)).sum()
    }
    #expect(abs(loss.doubles[0] - golden.step.loss) < 1e-9 * abs(golden.step.loss))
    #expect(Set(gradients.keys) == Set(golden.step.gradients.keys))
    for (name, gradient) in gradients {
      let difference = golden.step.gradients[name]!.difference(from: gradient)
      #expect(difference < 1e-9, "\(name) differs by \(difference)")
    }
    let statistics = trunk.tensors.filter { $0.role == .statistic }
    #expect(Set(statistics.map(\.name)) == Set(golden.step.statistics.keys))
    for named in statistics {
      let difference = golden.step.statistics[named.name]!.difference(from: named.tensor)
      #expect(difference < 1e-9, "\(named.name) differs by \(difference)")
    }
  }

  @Test func aWrongBlockIsSeen() throws {
    let golden = try ResNetGolden.read()
    var trunk = ResNetGolden.trunk(Self.configuration(.resnet18), .f32, on: .cpu)
    var block = try #require(trunk["layer2.0"].kind.residual)
    block.projection = block.projection.map { Stack(Array($0.stages.dropLast())) }
    trunk["layer2.0"] = block
    let x = ResNetGolden.tensor("input", [2, 3, golden.side, golden.side], .f32, on: .cpu)
    let outputs = trunk.outputs(x, of: ["layer1.1", "layer2.0"])
    #expect(golden.resnet18["layer1.1"]!.difference(from: outputs["layer1.1"]!) < 1e-5)
    #expect(golden.resnet18["layer2.0"]!.difference(from: outputs["layer2.0"]!) > 0.01)
  }

  @Test(arguments: [TrunkConfiguration.Architecture.resnet18, .resnet50], [1, 2])
  func dilationKeepsWhatStridesGive(
    _ architecture: TrunkConfiguration.Architecture, _ stages: Int
  ) throws {
    let dense = Self.configuration(architecture, dilatedStages: stages, width: 0.125)
    #expect(
      dense.isDense && !dense.strided.isDense && dense.strided.hasSameShape(as: dense) == false)
    let x = ResNetGolden.tensor("input", [2, 3, 64, 64], .f32, on: .cpu)
    let (all, some) = (
      ResNetGolden.trunk(dense, .f32, on: .cpu)(x),
      ResNetGolden.trunk(dense.strided, .f32, on: .cpu)(x)
    )
    let step = 1 << stages
    #expect(all.shape[2] == some.shape[2] * step && some.shape[2] == 2)
    let (rows, values) = (all.shape[2], all.floats)
    let picked = values.indices.filter { $0 % rows % step == 0 && $0 / rows % rows % step == 0 }
    let worst = zip(picked, some.floats).map { abs(values[$0] - $1) }.max()!
    #expect(worst < 1e-4 * some.floats.map(abs).max()!, "\(worst)")
  }

  @Test func stemsAndSizes() {
    var configuration = Self.configuration(.resnet18, width: 0.125)
    func size(_ side: Int) -> Int {
      let trunk = configuration.build(key: RandomKey(seed: 1), on: .cpu)
      return trunk(Tensor(filledWith: 0, shape: [1, 3, side, side], on: .cpu)).shape[2]
    }
    #expect(size(64) == 2 && configuration.denseStride == 8)
    configuration.dilatedStages = 2
    #expect(size(64) == 8 && configuration.denseStride == 4)
    configuration.stem = .cifar
    #expect(size(32) == 16 && configuration.denseStride == 2)
    configuration.dilatedStages = 0
    #expect(size(32) == 4 && configuration.denseStride == 4)
    #expect(configuration.outputChannels == 64)
  }

  @Test func laterSettingsLeaveNoTraceWhereTheyHaveTheirDefaults() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    func text(_ trunk: TrunkConfiguration) throws -> String {
      String(decoding: try encoder.encode(trunk), as: UTF8.self)
    }
    let plain = """
      {"affine":false,"architecture":"eccv16","batchNormalization":true,"form":"pretraining",\
      "inputChannels":1,"statisticsMomentum":0.1,"width":1}
      """
    #expect(try text(TrunkConfiguration()) == plain)
    #expect(
      try JSONDecoder().decode(TrunkConfiguration.self, from: Data(plain.utf8))
        == TrunkConfiguration())
    var other = TrunkConfiguration(.resnet34)
    (other.stem, other.dilatedStages) = (.cifar, 1)
    #expect(
      try JSONDecoder().decode(TrunkConfiguration.self, from: Data(text(other).utf8)) == other)
    #expect(other.summary == "resnet34, width 1.0, 1 input channel, cifar stem, 1 dilated stages")
    #expect(other.problem == nil)
    other.dilatedStages = 3
    #expect(other.problem?.contains("3 dilated stages") == true)
    other.architecture = .vgg16
    #expect(other.problem?.contains("only ResNets") == true)
  }

  @Test func layersAreFoundByTheirShortNames() throws {
    func trunk(_ architecture: TrunkConfiguration.Architecture) -> Stack {
      TrunkConfiguration(architecture, width: 0.0625).build(key: RandomKey(seed: 1), on: .cpu)
    }
    #expect(try trunk(.vgg16).layer(called: "conv5") == "conv5_3")
    #expect(try trunk(.vgg16).layer(called: "norm5") == "norm5_3")
    #expect(try trunk(.vgg16).layer(called: "relu5") == "relu5_3")
    #expect(try trunk(.alexnet).layer(called: "conv5") == "conv5")
    #expect(try trunk(.resnet18).layer(called: "layer3") == "layer3.1")
    #expect(try trunk(.resnet18).layer(called: "layer3.0") == "layer3.0")
    let error = #expect(throws: UnknownLayer.self) {
      try trunk(.eccv16).layer(called: "conv5_9")
    }
    #expect(error?.neighbors.first == "conv5_1")
    #expect(error?.description.hasPrefix("no layer 'conv5_9'; there are conv5_1,") == true)
  }

  @Test func blocksLearnFromPicturesAndAreBalanced() throws {
    var configuration = Self.configuration(.resnet18, width: 0.125)
    let batches = (0..<2).map {
      ResNetGolden.tensor("batch \($0)", [4, 3, 64, 64], .f32, on: .cpu)
    }
    func initialized() throws -> (Stack, InitializationReport) {
      var trunk = configuration.build(.he, key: RandomKey(seed: 1), on: .cpu)
      let report = try DataDependentInitializer(.kmeans).initialize(
        &trunk, batches: batches, key: RandomKey(seed: 2))
      return (trunk, report)
    }
    let (trunk, report) = try initialized()
    #expect(report.layers.map(\.name).contains("layer2.0.downsample.0"))
    #expect(report.layers.count == 20 && report.layers[1].learned > 0)
    #expect(report.rescaling!.spread < 0.01, "\(report)")
    // Channels answer alike before each normalization, so none is dead.
    var inputs = batches.makeIterator()
    let dead = DeadChannels(of: trunk) { inputs.next() }
    #expect(dead.share == 0 && dead.pictures == 8, "\(dead)")
    // Without normalization both branches would need one scale.
    configuration.batchNormalization = false
    let (_, unbalanced) = try initialized()
    #expect(unbalanced.rescaling == nil)
    #expect(unbalanced.description.contains("layer 'layer1.0' begins without"), "\(unbalanced)")
  }

  @Test func statisticsReachTheLayersInsideOfBlocks() {
    var trunk = Self.configuration(.resnet18, width: 0.125).build(
      key: RandomKey(seed: 1), on: .cpu)
    let fresh = trunk.tensors.filter { $0.role == .statistic }
    trunk.adoptStatistics(of: [ResNetGolden.tensor("x", [2, 3, 64, 64], .f32, on: .cpu)])
    let adopted = trunk.tensors.filter { $0.role == .statistic }
    #expect(fresh.count == 40)
    for (before, after) in zip(fresh, adopted) {
      #expect(before.tensor.floats != after.tensor.floats, "\(before.name)")
    }
    #expect(adopted.contains { $0.name.hasPrefix("layer4.0.downsample.1") })
  }

  @Test func frozenStatisticsStayInsideOfBlocks() {
    var trunk = Self.configuration(.resnet18, width: 0.125).build(
      key: RandomKey(seed: 1), on: .cpu)
    let before = trunk.tensors.filter { $0.role == .statistic }.map(\.tensor.floats)
    let x = ResNetGolden.tensor("x", [2, 3, 64, 64], .f32, on: .cpu)
    var pass = Pass.training(key: RandomKey(seed: 1))
    pass.freezesStatistics = true
    #expect(trunk.forward(x, &pass).floats == trunk(x).floats)
    #expect(trunk.tensors.filter { $0.role == .statistic }.map(\.tensor.floats) == before)
    pass.freezesStatistics = false
    _ = trunk.forward(x, &pass)
    #expect(trunk.tensors.filter { $0.role == .statistic }.map(\.tensor.floats) != before)
  }
}
