import Layers
import Networks
import Randomness
import Tensors
import Testing

/// One name is one output, in every trunk.
@Suite struct LayerNameTests {
  private func trunk(
    _ architecture: TrunkConfiguration.Architecture, normalized: Bool = true, folded: Bool = false,
    _ naming: LayerNaming = .current
  ) -> Stack {
    var configuration = TrunkConfiguration(architecture, width: 0.0625)
    configuration.batchNormalization = normalized && !folded
    configuration.isFolded = folded
    return configuration.build(key: RandomKey(seed: 1), on: .cpu, naming: naming)
  }

  @Test func everyOutputHasAName() {
    #expect(
      trunk(.eccv16).names.prefix(5) == ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "norm1"])
    #expect(trunk(.eccv16).names.suffix(3) == ["conv7_3", "relu7_3", "norm7"])
    #expect(trunk(.vgg16).names.prefix(4) == ["conv1_1", "norm1_1", "relu1_1", "conv1_2"])
    #expect(trunk(.vgg16, normalized: false).names.suffix(3) == ["conv5_3", "relu5_3", "pool5"])
    #expect(trunk(.alexnet).names.prefix(4) == ["conv1", "norm1", "relu1", "pool1"])
    #expect(trunk(.alexnet).names.suffix(3) == ["fc7", "norm7", "relu7"])
    #expect(trunk(.alexnet, normalized: false).names.suffix(2) == ["fc7", "relu7"])
    #expect(
      trunk(.resnet18).names.prefix(6)
        == ["conv1", "bn1", "relu", "maxpool", "layer1.0", "layer1.1"])
    // A folded convolution gives what its normalization gave, rectified or not, and nothing else.
    #expect(trunk(.vgg16, folded: true).names.prefix(3) == ["relu1_1", "relu1_2", "pool1"])
    #expect(trunk(.resnet18, folded: true).names.prefix(2) == ["relu", "maxpool"])
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func outputsAreWhatTheirNamesSay(_ architecture: TrunkConfiguration.Architecture) {
    var stack = trunk(architecture)
    // Statistics and biases that no layer takes for nothing.
    stack.transform { named in
      guard named.role != .weight else { return named.tensor }
      var stream = RandomKey(seed: 2).folding(named.name).stream()
      return Tensor(
        (0..<named.tensor.shape.count).map { _ in Float(stream.uniform(in: 0.1..<1)) },
        shape: named.tensor.shape)
    }
    let side = 32
    let x = Initializer.gaussian(deviation: 1).tensor(
      shape: [1, 1, side, side], key: RandomKey(seed: 3), on: .cpu)
    let outputs = stack.outputs(x, of: Set(stack.names))
    #expect(outputs.count == stack.names.count)
    var rectifiers = 0
    for (place, name) in stack.names.enumerated() where name.hasPrefix("relu") {
      let before = stack.names[place - 1]
      #expect(before.contains { $0.isNumber } && !before.hasPrefix("relu"))
      #expect(outputs[before]!.relu().floats == outputs[name]!.floats, "\(name)")
      #expect(outputs[before]!.floats.contains { $0 < 0 }, "\(before)")
      rectifiers += 1
    }
    #expect(rectifiers > 0)
    // Cut anywhere, the rest gives the same end.
    for name in stack.names {
      let part = stack.through(name)
      #expect(part.names.last == name)
      #expect(part(x).floats == outputs[name]!.floats, "\(name)")
      #expect(stack.after(name)(outputs[name]!).floats == stack(x).floats, "\(name)")
      #expect(part.tensors.count + stack.after(name).tensors.count == stack.tensors.count)
      #expect(part.geometries[name] == stack.geometries[name])
    }
  }

  @Test func theFirstNamesAreThoseOfLayers() {
    for architecture in TrunkConfiguration.Architecture.allCases {
      let (now, then) = (trunk(architecture), trunk(architecture, .first))
      #expect(then.names == now.layerNames && then.layerNames == now.layerNames)
      let x = Tensor(filledWith: 1, shape: [1, 1, 32, 32], on: .cpu)
      let (a, b) = (now.outputs(x, of: Set(now.names)), then.outputs(x, of: Set(then.names)))
      for (stage, old) in zip(now.stages, then.names) {
        #expect(a[stage.output]!.floats == b[old]!.floats, "\(old)")
        #expect(now.layerName(of: stage.output) == old)
      }
    }
    LayerNaming.$inForce.withValue(.first) {
      let built = TrunkConfiguration(.vgg16, width: 0.0625).build(
        key: RandomKey(seed: 1), on: .cpu)
      #expect(built.names.prefix(2) == ["conv1_1", "norm1_1"])
    }
  }

  @Test func whatIsFoldedIsRefusedByName() throws {
    let stack = trunk(.vgg16, folded: true)
    for name in ["conv5_3", "norm5_3"] {
      let error = #expect(throws: UnknownLayer.self) { try stack.layer(called: name) }
      #expect(error?.foldedInto == "relu5_3")
      #expect(
        error?.description.hasPrefix("no output '\(name)' any more: it is folded into relu5_3;")
          == true)
    }
    #expect(try stack.layer(called: "relu5") == "relu5_3")
    let block = #expect(throws: UnknownLayer.self) { try stack.layer(called: "conv5") }
    #expect(block?.foldedInto == "relu5_3")
    let stem = #expect(throws: UnknownLayer.self) {
      try trunk(.resnet18, folded: true).layer(called: "bn1")
    }
    #expect(stem?.foldedInto == "relu")
    #expect(throws: UnknownLayer.self) { try stack.layer(called: "conv9") }
    var both = TrunkConfiguration(.vgg16)
    both.isFolded = true
    #expect(both.problem?.contains("has it folded into the convolutions too") == true)
  }

  @Test func rectifiersAreNamedByTheirLayers() {
    #expect(
      ["conv5_3", "norm6", "bn1", "fc6", "stem", "up1"].map(Stack.Stage.rectified)
        == ["relu5_3", "relu6", "relu1", "relu6", "stem_relu", "up1_relu"])
  }
}
