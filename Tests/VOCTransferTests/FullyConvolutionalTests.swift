import HDF5
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Testing
import VOCTransfer

@Suite struct FullyConvolutionalTests {
  typealias Options = FullyConvolutionalNetwork.Options
  typealias Upscaling = FullyConvolutionalNetwork.Upscaling

  /// A narrow trunk.
  private static func trunk(
    _ architecture: TrunkConfiguration.Architecture, _ form: TrunkConfiguration.Form = .pretraining
  ) -> Stack {
    var configuration = TrunkConfiguration(architecture, width: 1 / 64)
    configuration.form = form
    configuration.batchNormalization = false
    return configuration.build(key: RandomKey(seed: 1), on: .cpu)
  }

  /// The layers fc6 and fc7 that FCN puts behind VGG-16's pool5.
  private static var vgg16WithDenseLayers: Stack {
    let trunk = trunk(.vgg16)
    let fc6 = Convolution(8, 2, kernel: 7, key: RandomKey(seed: 2), on: .cpu)
    return trunk.appending(Stack([.init("fc6", fc6)]))
  }

  private static func options(
    skips: [String] = [], margin: Int = 0, features: String = ""
  ) -> Options {
    var options = Options()
    (options.skips, options.margin, options.features) = (skips, margin, features)
    return options
  }

  /// The kernels and crops of shelhamer/fcn.berkeleyvision.org: voc-fcn-alexnet, voc-fcn32s,
  /// voc-fcn16s and voc-fcn8s, train.prototxt. Their conv1 has a padding of 100, so VGG-16's, which
  /// has one of its own, wants 99 more.
  @Test func theGeometryIsThatOfThePublishedNetworks() throws {
    let alexnet = try FullyConvolutionalNetwork(
      trunk: Self.trunk(.alexnet, .transfer), classes: 2, options: Self.options(margin: 100),
      on: .cpu)
    // AlexNet in transfer form has its border of 113 computed; with 100, as FCN, 18 are cut.
    let published = PublishedCrop(kernel: 63, margin: 100, cut: 18)
    let own = try #require(alexnet.upscalings.first)
    #expect(own.kernel == published.kernel && own.factor == 32)
    #expect(own.cut == published.cut + 113 - published.margin)

    let vgg = Self.vgg16WithDenseLayers
    func upscalings(_ skips: [String]) throws -> [Upscaling] {
      try FullyConvolutionalNetwork(
        trunk: vgg, classes: 2, options: Self.options(skips: skips, margin: 99), on: .cpu
      ).upscalings
    }
    // fc6 is 7 wide, so 112 are needed: 13 more than FCN's 99.
    let more = 112 - 99
    let thirtyTwo = try upscalings([])
    #expect(thirtyTwo.map(\.kernel) == [64] && thirtyTwo.map(\.factor) == [32])
    #expect(thirtyTwo.map(\.cut) == [19 + more])
    let eight = try upscalings(["pool4", "pool3"])
    #expect(eight.map(\.kernel) == [4, 4, 16] && eight.map(\.factor) == [2, 2, 8])
    #expect(eight.map(\.layer) == ["fc6", "pool4", "pool3"])
    #expect(eight.map(\.cut) == [-5, -9, 31 + more])
  }

  private struct PublishedCrop {
    let kernel, margin, cut: Int
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let architecture: TrunkConfiguration.Architecture
    var form = TrunkConfiguration.Form.pretraining
    var skips: [String] = []
    let stride: Int
    var testDescription: String { "\(architecture) \(form) \(skips)" }
  }

  /// Every trunk at every stride, with averages in place of trained filters and of maxima, passes a
  /// ramp on as it is; so the scores at each pixel are its coordinates, but for what is misplaced.
  @Test(arguments: [
    Case(architecture: .eccv16, stride: 8),
    Case(architecture: .eccv16, skips: ["conv2_2"], stride: 4),
    Case(architecture: .eccv16, skips: ["conv2_2", "conv1_2"], stride: 2),
    Case(architecture: .alexnet, stride: 16),
    Case(architecture: .alexnet, skips: ["pool2", "pool1"], stride: 8),
    Case(architecture: .alexnet, form: .transfer, stride: 32),
    Case(architecture: .alexnet, form: .transfer, skips: ["pool2"], stride: 16),
    Case(architecture: .alexnet, form: .transfer, skips: ["pool2", "pool1"], stride: 8),
    Case(architecture: .resnet18, stride: 32),
    Case(architecture: .resnet18, skips: ["layer3"], stride: 16),
    Case(architecture: .resnet18, skips: ["layer3", "layer2"], stride: 8),
    Case(architecture: .resnet50, skips: ["layer3", "layer2"], stride: 8),
    Case(architecture: .vgg16, stride: 32),
    Case(architecture: .vgg16, skips: ["pool4"], stride: 16),
    Case(architecture: .vgg16, skips: ["pool4", "pool3"], stride: 8),
  ])
  func scoresLieOverTheirPixels(_ test: Case) throws {
    var network = try FullyConvolutionalNetwork(
      trunk: Self.averaging(Self.trunk(test.architecture, test.form)), classes: 2,
      options: Self.options(skips: test.skips), on: .cpu)
    network.transform { named in
      guard named.name.hasPrefix("head.score"), named.role == .weight else { return named.tensor }
      // Each level gives its share of the mean of all.
      let share = 1 / Double((test.skips.count + 1) * named.tensor.shape[1])
      return Tensor(filledWith: share, shape: named.tensor.shape)
    }
    #expect(network.upscalings.last?.factor == test.stride)
    let (height, width) = (443, 461)
    func slope(_ row: Int, _ column: Int) -> Float { Float(column) + 3 * Float(row) + 50 }
    let ramp = (0..<height * width).map { slope($0 / width, $0 % width) }
    let scores = network(Tensor(ramp, shape: [1, 1, height, width]))
    #expect(scores.shape == [1, 2, height, width])
    let values = scores.floats
    // Far enough from the border that no window sees it.
    for (row, column) in [(220, 230), (221, 231), (215, 244), (230, 217), (228, 236)] {
      let error = values[row * width + column] - slope(row, column)
      #expect(abs(error) < 0.5, "\(row), \(column): \(error)")
    }
  }

  /// Averages in place of filters and of maxima.
  private static func averaging(_ trunk: Stack) -> Stack {
    var trunk = trunk
    for name in trunk.layerNames {
      guard let pooling = trunk[name] as? MaxPooling else { continue }
      trunk[name] = AveragePooling(pooling.parameters)
    }
    trunk.transform { named in
      guard named.role == .weight else { return named.tensor }
      let shape = named.tensor.shape
      // A block with an identity passes on its input alone, one with a projection that alone.
      let isAdded = named.name.hasPrefix("layer") && !named.name.contains("downsample")
      return Tensor(
        filledWith: isAdded ? 0 : 1 / Double(shape.count / shape[0]), shape: shape)
    }
    return trunk
  }

  @Test func everyPixelOfEverySizeIsScored() throws {
    for architecture in TrunkConfiguration.Architecture.allCases {
      for form in TrunkConfiguration.Form.allCases {
        var network = try FullyConvolutionalNetwork(
          trunk: Self.averaging(Self.trunk(architecture, form)), classes: 2, on: .cpu)
        network.transform { named in
          named.name.hasPrefix("head.score") && named.role == .bias
            ? Tensor([1, 2] as [Float], shape: [2]) : named.tensor
        }
        for side in [1, 31, 32, 33, 65] {
          // The picture is black, so what is seen are the interpolated biases: 1 everywhere where
          // every pixel lies between scored positions.
          let scores = network(Tensor(filledWith: 0, shape: [1, 1, side, 40]))
          #expect(scores.shape == [1, 2, side, 40])
          let first = scores.floats[..<(side * 40)]
          #expect(first.allSatisfy { abs($0 - 1) < 1e-5 }, "\(architecture) \(form) \(side)")
        }
      }
    }
  }

  @Test func filtersLearnOnlyWhereTheyMay() throws {
    var options = Self.options(skips: ["conv2_2"])
    let trunk = Self.trunk(.eccv16)
    let fixed = try FullyConvolutionalNetwork(
      trunk: trunk, classes: 3, options: options, on: .cpu)
    options.learnsUpsampling = true
    let learned = try FullyConvolutionalNetwork(
      trunk: trunk, classes: 3, options: options, on: .cpu)
    let names = fixed.tensors.map(\.name)
    #expect(names.prefix(trunk.tensors.count) == trunk.tensors.map(\.name)[...])
    #expect(
      names.suffix(4) == [
        "head.score.conv2_2.weight", "head.score.conv2_2.bias", "head.score.norm7.weight",
        "head.score.norm7.bias",
      ])
    let more = learned.tensors.filter { $0.name.hasPrefix("head.upsampling.") }
    #expect(more.map(\.name) == ["head.upsampling.conv2_2.weight", "head.upsampling.norm7.weight"])
    #expect(more.map(\.tensor.shape) == [[3, 1, 7, 7], [3, 1, 3, 3]])
    #expect(more[1].tensor.floats.prefix(3) == [0.25, 0.5, 0.25])
    let x = Tensor(filledWith: 0.5, shape: [1, 1, 24, 32])
    #expect(fixed(x).floats == learned(x).floats)
  }

  @Test func dropoutActsInTrainingOnly() throws {
    var options = Self.options()
    options.dropoutAfter = ["conv5_3"]
    var network = try FullyConvolutionalNetwork(
      trunk: Self.trunk(.eccv16), classes: 2, options: options, on: .cpu)
    network.transform { named in
      named.name.hasPrefix("head.score") && named.role == .weight
        ? Tensor(filledWith: 1, shape: named.tensor.shape) : named.tensor
    }
    let x = Tensor(filledWith: 0.5, shape: [1, 1, 16, 16])
    #expect(network(x).floats == network(x).floats)
    var (first, second) = (Pass.training(key: .init(seed: 1)), Pass.training(key: .init(seed: 2)))
    #expect(network.forward(x, &first).floats != network.forward(x, &second).floats)
  }

  @Test func layersThatCannotBeScoredAreRefused() {
    func problem(_ options: Options) -> String {
      do {
        _ = try FullyConvolutionalNetwork(
          trunk: Self.trunk(.vgg16), classes: 2, options: options, on: .cpu)
      } catch { return "\(error)" }
      return ""
    }
    #expect(problem(Self.options(skips: ["pool9"])).contains("no layer 'pool9'"))
    #expect(problem(Self.options(features: "conv9")).contains("no layer 'conv9'"))
    let after = Self.options(skips: ["pool4"], features: "pool3")
    #expect(problem(after).contains("no layer 'pool4'"))
    #expect(problem(Self.options(skips: ["pool5"])).contains("must name layers before 'pool5'"))
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func filtersAreThoseOfCaffe() throws {
    let file = try HDF5File(reading: SharedData.path("golden/b_layers/conv_transpose2d.h5"))
    for (name, kernel) in [
      ("fcn_bilinear_k64s32_full_diag", 64), ("fcn_bilinear_k16s8_depthwise", 16),
      ("fcn_bilinear_k4s2_depthwise", 4),
    ] {
      let golden: [Float] = try file.read("/\(name)/w")
      let ours = Initializer.bilinear.tensor(
        shape: [1, 1, kernel, kernel], key: RandomKey(seed: 1), on: .cpu
      ).floats
      let worst = zip(ours, golden).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-6, "\(name)")
    }
  }
}
