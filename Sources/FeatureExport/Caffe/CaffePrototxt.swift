internal import Layers
internal import Networks
internal import Tensors

/// The text that builds the trunk in Caffe; it names the layers as the weights do.
struct CaffePrototxt {
  let trunk: Stack
  let description: FeatureDescription

  init(_ trunk: Stack, _ description: FeatureDescription) {
    (self.trunk, self.description) = (trunk, description)
  }

  var text: String {
    let input = description.preprocessing
    let order = input.isRGB ? "sRGB in the order blue, green, red, 0 to 1" : input.channels.rawValue
    let names = CaffeNames(trunk, description.trunk).names
    var lines = [
      "# \(description.trunk.summary). Input: \(order), less \(input.mean), times \(input.scale).",
      "name: \"\(description.trunk.architecture.rawValue)\"",
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 \
      dim: \(input.channels.count) dim: \(input.size) dim: \(input.size) } } }
      """,
    ]
    var bottom = "data"
    func layer(_ name: String, _ type: String, top: String, _ parameters: String = "") {
      lines.append(
        "layer { name: \"\(name)\" type: \"\(type)\" bottom: \"\(bottom)\" top: \"\(top)\""
          + (parameters.isEmpty ? "" : " \(parameters)") + " }")
      bottom = top
    }
    for stage in trunk.stages {
      let name = names[stage.name] ?? stage.name
      // A blob without a name of its own, as after folding, is rectified in place.
      let top = stage.inner ?? stage.output
      func rectified(_ relu: Bool) {
        guard relu else { return }
        let own = stage.output == stage.name ? Stack.Stage.rectified(name) : stage.output
        layer(own, "ReLU", top: stage.output)
      }
      switch stage.layer.kind {
      case .convolution(let convolution):
        layer(name, "Convolution", top: top, convolution.prototxt)
        rectified(convolution.parameters.relu)
      case .batchNormalization(let norm):
        layer(
          name, "BatchNorm", top: top,
          "batch_norm_param { use_global_stats: true eps: \(norm.epsilon) }")
        if norm.scale != nil {
          layer(
            CaffeNames.scale(of: name), "Scale", top: top, "scale_param { bias_term: true }")
        }
        rectified(norm.relu)
      case .maxPooling(let pool): layer(name, "Pooling", top: top, pool.prototxt)
      case .transposedConvolution, .dense, .responseNormalization, .relu, .averagePooling,
        .globalAveragePooling, .dropout, .upsampling, .residual:
        fatalError("CaffePrototxt: layer '\(name)' is a \(stage.layer.kind)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Convolution {
  fileprivate var prototxt: String {
    let p = parameters
    // Our trunks have square windows only.
    return """
      convolution_param { num_output: \(weight.shape[0]) kernel_size: \(weight.shape[2]) \
      stride: \(p.stride.height) pad: \(p.padding.height) dilation: \(p.dilation.height) \
      group: \(p.groups)\(bias == nil ? " bias_term: false" : "") }
      """
  }
}

extension MaxPooling {
  fileprivate var prototxt: String {
    let p = parameters
    return """
      pooling_param { pool: MAX kernel_size: \(p.window.height) stride: \(p.stride.height) \
      pad: \(p.padding.height) round_mode: \(p.ceilMode ? "CEIL" : "FLOOR") }
      """
  }
}
