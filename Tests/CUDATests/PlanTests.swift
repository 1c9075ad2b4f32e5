import Backends
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Testing

/// cuDNN has a plan on a described H200 for every convolution of our networks, forward and back.
@Suite(.enabled(if: Wheels.hasPlanner, "needs cuDNN 9.19: make nvidia-wheels"))
struct PlanTests {
  /// What cuDNN 9.19 wants to know of a card, from NVIDIA's published figures for the H200; to be
  /// replaced by what a real one writes.
  static let card = """
    {"deviceName": "NVIDIA H200", "deviceVer": 900, "driverVer": 13000, "cudaDeviceId": 0,
    "pciDeviceId": 0, "isTccDriver": 0, "supportCoopLaunch": 1, "totalGlobalMem": 150754820096,
    "l2CacheSize": 62914560, "multiProcessorCount": 132, "smClockRateKHz": 1980000,
    "memClockRateKHz": 3201000, "warpSize": 32, "maxCtasPerSM": 32, "maxThreadsPerSM": 2048,
    "maxThreadsPerBlock": 1024, "maxRegistersPerSM": 65536, "regsPerBlock": 65536,
    "maxSharedMemoryPerBlock": 49152, "maxSharedMemoryPerBlockOptin": 232448,
    "reservedSharedMemoryPerBlock": 1024, "maxGridSize": [2147483647, 65535, 65535],
    "maxBlockSize": [1024, 1024, 64]}
    """
  static let networks: [(String, TrunkConfiguration, Int)] = [
    ("ECCV16", .init(.eccv16), 224), ("VGG-16", .init(.vgg16), 224),
    ("AlexNet", .init(.alexnet), 227), ("ResNet-18", .init(.resnet18), 224),
  ]

  @Test(arguments: 0..<networks.count, [DType.f32, .bf16])
  func everyConvolutionHasAPlan(network: Int, dtype: DType) throws {
    let (name, trunk, side) = Self.networks[network]
    let requests = requests(trunk, side: side, dtype)
    #expect(requests.count >= 9, "\(name): only \(requests.count) convolutions were found")
    for request in requests {
      let plan = try Wheels.tools.plan(request, onDescribedCard: Self.card)
      // The engine that can do everything is many times slower than others; for kernels as large as
      // AlexNet's 11 x 11 and 6 x 6 some passes have no other.
      #expect(plan.engine != 0 || request.w[2] >= 6, "\(request)")
      if dtype == .f32 { #expect(!plan.usesTensorCores, "\(request)") }
      // Dense layers that look at the whole plane (fc6) have no plan on tensor cores.
      if dtype == .bf16 && request.parameters.groups == 1 && request.w[2] < 6 {
        #expect(plan.usesTensorCores, "\(request)")
        #expect(plan.workspace <= 256 << 20, "\(request): \(plan.workspace) bytes")
      }
    }
  }

  @Test func singlePrecisionUsesTensorCoresOnlyWhenAsked() throws {
    let request = ConvolutionRequest(
      .forward, .f32, x: [16, 64, 56, 56], w: [64, 64, 3, 3], .init(padding: 1))
    let exact = try Wheels.tools.plan(request, onDescribedCard: Self.card)
    let fast = try Wheels.tools.plan(request, onDescribedCard: Self.card, usesTF32: true)
    #expect(!exact.usesTensorCores && fast.usesTensorCores)
  }

  @Test(arguments: 0..<networks.count, [DType.f32, .bf16])
  func noDeterministicPlanIsTheCatchAll(network: Int, dtype: DType) throws {
    let (_, trunk, side) = Self.networks[network]
    for request in requests(trunk, side: side, dtype) {
      let plan = try Wheels.tools.plan(
        request, onDescribedCard: Self.card, isDeterministic: true)
      #expect(plan.engine != 0 || request.w[2] >= 6, "\(request)")
    }
  }

  /// A batch of 256 has plans that fit a quarter of the card.
  @Test(arguments: [DType.f32, .bf16]) func largeBatchesHavePlans(dtype: DType) throws {
    for request in requests(.init(.eccv16), side: 224, batch: 256, dtype) {
      let plan = try Wheels.tools.plan(request, onDescribedCard: Self.card)
      #expect(plan.engine != 0 && plan.workspace <= 35 << 30, "\(request): \(plan.workspace) bytes")
    }
  }

  @Test func deterministicPlansAreThere() throws {
    for pass in ConvolutionRequest.Pass.allCases {
      for dtype in [DType.f32, .bf16] {
        let request = ConvolutionRequest(
          pass, dtype, x: [16, 256, 28, 28], w: [512, 256, 3, 3], .init(stride: 2, padding: 1))
        _ = try Wheels.tools.plan(request, onDescribedCard: Self.card, isDeterministic: true)
      }
    }
  }

  @Test func whatCannotBeIsRefused() {
    let request = ConvolutionRequest(
      .forward, .f32, x: [16, 64, 56, 56], w: [64, 64, 3, 3], .init(padding: 1))
    #expect(throws: (any Error).self) {
      try Wheels.tools.plan(request, onDescribedCard: "{\"deviceName\": \"a box\"}")
    }
  }

  /// Odd sizes, strides, dilations and groups, as the case table has them.
  @Test(arguments: ["conv2d", "conv_transpose2d"], [DType.f32, .bf16])
  func everyConvolutionOfTheCaseTableHasAPlan(family: String, dtype: DType) throws {
    for golden in OperationCases.family(family) {
      let p = golden.parameters
      let parameters = ConvolutionParameters(
        stride: p.pair("stride"), padding: p.pair("padding"), dilation: p.pair("dilation"),
        groups: p.integer("groups"))
      let x = try #require(golden.arrays[family == "conv2d" ? "x" : "y"]).shape
      let w = try #require(golden.arrays["w"]).shape
      for pass in ConvolutionRequest.Pass.allCases {
        let request = ConvolutionRequest(
          pass, dtype, x: x, w: w, parameters, bias: golden.arrays["b"] != nil)
        do {
          _ = try Wheels.tools.plan(request, onDescribedCard: Self.card)
        } catch { Issue.record("\(golden.name): \(error)") }
      }
    }
  }

  /// All passes of all convolutions at full width.
  private func requests(
    _ trunk: TrunkConfiguration, side: Int, batch: Int = 16, _ dtype: DType
  ) -> Set<ConvolutionRequest> {
    let key = RandomKey(seed: 1)
    let network = trunk.build(.constant(0), key: key, on: .cpu).appending(
      Heads.dense(on: trunk, outputs: 313, key: key, on: .cpu))
    var found = Set<ConvolutionRequest>()
    func add(_ stack: Stack, _ size: Pair) {
      var place = size
      for kind in stack.stages.map(\.layer.kind) {
        let output = kind.outputSize(of: place)
        defer { place = output }
        for pass in ConvolutionRequest.Pass.allCases {
          switch kind {
          case .convolution(let layer):
            let channels = layer.weight.shape[1] * layer.parameters.groups
            found.insert(
              .init(
                pass, dtype, x: [batch, channels, place.height, place.width],
                w: layer.weight.shape, layer.parameters, bias: layer.bias != nil))
          case .transposedConvolution(let layer):
            found.insert(
              .init(
                pass, dtype, x: [batch, layer.weight.shape[1], output.height, output.width],
                w: layer.weight.shape, .init(stride: layer.stride, padding: layer.padding)))
          case .residual(let block):
            for branch in block.branches { add(branch.stack, place) }
          case .dense, .maxPooling, .averagePooling, .upsampling, .globalAveragePooling,
            .batchNormalization, .responseNormalization, .relu, .dropout:
            break
          }
        }
      }
    }
    add(network, Pair(side))
    return found
  }
}
