internal import Backends

/// The 22 convolutions of the ECCV 2016 network, each on the outputs of the one before it.
struct ConvolutionBenchmark {
  let backend: CPUBackend
  let dtype: DType
  let batch: Int
  let size: Int
  let watch: Stopwatch
  let verbose: Bool

  private struct Layer {
    let name: String
    let inputs: Int
    let outputs: Int
    var kernel = 3
    var stride = 1
    var dilation = 1
    var upsamples = false
    var relu = true
    var parameters: ConvolutionParameters {
      ConvolutionParameters(
        stride: Pair(stride), padding: Pair(kernel == 1 ? 0 : dilation), dilation: Pair(dilation))
    }
  }

  private var layers: [Layer] {
    var layers = [
      Layer(name: "conv1_1", inputs: 1, outputs: 64),
      Layer(name: "conv1_2", inputs: 64, outputs: 64, stride: 2),
      Layer(name: "conv2_1", inputs: 64, outputs: 128),
      Layer(name: "conv2_2", inputs: 128, outputs: 128, stride: 2),
      Layer(name: "conv3_1", inputs: 128, outputs: 256),
      Layer(name: "conv3_2", inputs: 256, outputs: 256),
      Layer(name: "conv3_3", inputs: 256, outputs: 256, stride: 2),
      Layer(name: "conv4_1", inputs: 256, outputs: 512),
    ]
    for name in ["conv4_2", "conv4_3"] {
      layers.append(Layer(name: name, inputs: 512, outputs: 512))
    }
    for block in 5...7 {
      for i in 1...3 {
        layers.append(
          Layer(
            name: "conv\(block)_\(i)", inputs: 512, outputs: 512, dilation: block < 7 ? 2 : 1))
      }
    }
    return layers + [
      Layer(name: "conv8_1", inputs: 512, outputs: 256, kernel: 4, stride: 2, upsamples: true),
      Layer(name: "conv8_2", inputs: 256, outputs: 256),
      Layer(name: "conv8_3", inputs: 256, outputs: 256),
      Layer(name: "conv8_313", inputs: 256, outputs: 313, kernel: 1, relu: false),
    ]
  }

  func run() {
    var totals = (forward: 0.0, data: 0.0, weights: 0.0, flops: 0.0)
    var x = random([batch, 1, size, size], seed: 1)
    for layer in layers {
      let times = time(layer, &x)
      totals.forward += times.forward
      totals.data += layer.inputs == 1 ? 0 : times.data
      totals.weights += times.weights
      totals.flops += times.flops
      guard verbose else { continue }
      let rates = [times.forward, times.data, times.weights].map {
        "\(($0 * 1e3).padded(8)) ms \((times.flops / $0 / 1e9).padded(7)) GF/s"
      }
      print(layer.name.padded(10) + rates.joined(separator: " "))
    }
    print("convolutions of a step, \(dtype), batch \(batch), \(size)x\(size):")
    for (name, seconds) in [
      ("forward", totals.forward), ("input gradients", totals.data),
      ("weight gradients", totals.weights),
    ] {
      print(
        "  " + name.padded(18)
          + "\((seconds * 1e3).padded(8)) ms \((totals.flops / seconds / 1e9).padded(7)) GF/s")
    }
    let all = totals.forward + totals.data + totals.weights
    print(
      "  " + "all".padded(18)
        + "\((all * 1e3).padded(8)) ms \((3 * totals.flops / all / 1e9).padded(7)) GF/s")
  }

  private func time(_ layer: Layer, _ x: inout Storage) -> (
    forward: Double, data: Double, weights: Double, flops: Double
  ) {
    let p = layer.parameters
    let k = layer.kernel
    if layer.upsamples {  // the gradient of a convolution, run forward
      let shape: Shape = [batch, layer.outputs, x.shape[2] * 2, x.shape[3] * 2]
      let w = random([layer.inputs, layer.outputs, k, k], seed: 2)
      var y = x
      let input = x
      let forward = watch.seconds {
        y = backend.convolutionInputGradient(input, w, inputShape: shape, p)
      }
      let flops = 2.0 * Double(x.shape.count * layer.outputs * k * k)
      let data = watch.seconds { _ = backend.convolution(y, w, nil, p) }
      let weights = watch.seconds {
        _ = backend.convolutionWeightGradient(input, y, weightShape: w.shape, p, bias: false)
      }
      x = y
      return (forward, data, weights, flops)
    }
    let w = random([layer.outputs, layer.inputs, k, k], seed: 3)
    let bias = random([layer.outputs], seed: 4)
    var fused = p
    fused.relu = layer.relu
    let input = x
    var y = x
    let forward = watch.seconds { y = backend.convolution(input, w, bias, fused) }
    let data = watch.seconds {
      _ = backend.convolutionInputGradient(y, w, inputShape: input.shape, p)
    }
    let weights = watch.seconds {
      _ = backend.convolutionWeightGradient(y, input, weightShape: w.shape, p, bias: true)
    }
    x = y
    return (forward, data, weights, 2.0 * Double(y.shape.count * layer.inputs * k * k))
  }

  private func random(_ shape: Shape, seed: UInt64) -> Storage {
    backend.store(randomNumbers(shape.count, seed: seed), shape: shape, dtype: dtype)
  }
}
