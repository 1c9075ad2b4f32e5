internal import ColorScience
internal import Networks

/// The text of `extractor.py`: a module that needs nothing but torch and safetensors.
struct ExtractorScript {
  let description: FeatureDescription
  let layout: PyTorchLayout

  var text: String {
    let provenance = description.provenance
    let last = description.layers.last!.name
    let modules = layout.modules.map { "        (\"\($0.name)\", \($0.code))," }
    let layers = layout.modules.compactMap { module in
      module.output.map { "    \"\(module.name)\": \"\($0)\"," }
    }
    return """
      \"\"\"A feature extractor, written by Pigment beside its weights.

          from extractor import Extractor
          model = Extractor()  # reads weights.safetensors beside this file, strictly
          features = model(images, "\(last)")  # images: [n, 3, height, width], sRGB, 0 to 1

      Trunk: \(description.trunk.summary).
      Learned: \(provenance.task), run \(provenance.run), \(provenance.iterations) iterations.
      Needs torch and safetensors. `python extractor.py` compares it with golden.safetensors.
      \"\"\"
      import pathlib
      from collections import OrderedDict

      import torch
      from safetensors.torch import load_file
      from torch import nn

      HERE = pathlib.Path(__file__).parent
      PREFIX = "\(layout.prefix)"  # of the names in the weights

      # The layer whose output a module gives.
      LAYERS = {
      \(layers.joined(separator: "\n"))
      }


      def build():
          \"\"\"The trunk, without weights.\"\"\"
          return nn.Sequential(OrderedDict([
      \(modules.joined(separator: "\n"))
          ]))


      def prepare(images):
          \"\"\"The trunk's input for sRGB images [n, 3, height, width] from 0 to 1.\"\"\"
      \(preparation.map { "    \($0)" }.joined(separator: "\n"))


      class Extractor(nn.Module):
          \"\"\"The trunk with its weights, in evaluation mode.\"\"\"

          def __init__(self, weights=HERE / "weights.safetensors"):
              super().__init__()
              self.trunk = build()
              tensors = {name.removeprefix(PREFIX): tensor
                         for name, tensor in load_file(weights).items()
                         if not name.startswith("classifier.")}
              self.trunk.load_state_dict(tensors, strict=True)
              self.eval()

          def layers(self, x):
              \"\"\"The output of every layer, by name, for an input that is prepared.\"\"\"
              outputs = {}
              for name, module in self.trunk.named_children():
                  x = module(x)
                  if name in LAYERS:
                      outputs[LAYERS[name]] = x
              return outputs

          def forward(self, images, layer="\(last)"):
              \"\"\"The output of one layer for sRGB images.\"\"\"
              return self.layers(prepare(images))[layer]


      if __name__ == "__main__":
          golden = load_file(HERE / "golden.safetensors")
          with torch.no_grad():
              outputs = Extractor().layers(golden["input"])
          worst = 0.0
          for name, output in outputs.items():
              expected = golden["output." + name]
              scale = expected.abs().max().clamp(min=1e-30)
              worst = max(worst, float((output - expected).abs().max() / scale))
          print(f"{len(outputs)} layers; largest relative difference from golden: {worst:.2e}")
          raise SystemExit(worst > 1e-3)

      """
  }

  /// The statements of `prepare`.
  private var preparation: [String] {
    let input = description.preprocessing
    let ending = [
      "mean = torch.tensor(\(input.mean), device=x.device).view(1, -1, 1, 1)",
      "scale = torch.tensor(\(input.scale), device=x.device).view(1, -1, 1, 1)",
      "return (x - mean) * scale",
    ]
    switch input.channels {
    case .rgb: return ["x = images"] + ending
    case .gray:
      return [
        "luma = torch.tensor(\(Luma.shares), device=images.device).view(1, 3, 1, 1)",
        "x = (images * luma).sum(1, keepdim=True)",
      ] + ending
    case .lightness, .ab, .lab:
      let lab = LabTransform(input.channels)
      return [
        "light = torch.where(images > \(LabTransform.encodedKnee),",
        "                    ((images + 0.055) / 1.055) ** 2.4, images / 12.92)",
        "# XYZ over the white D65, and the roots of CIE Lab.",
        "matrix = torch.tensor(\(lab.whitenedRows), device=images.device)",
        "xyz = torch.einsum(\"ij,njhw->nihw\", matrix, light)",
        "roots = torch.where(xyz > \(LabTransform.lightKnee), xyz.clamp(min=1e-12) ** (1 / 3),",
        "                    \(LabTransform.slope) * xyz + 16 / 116)",
        "rows = torch.tensor(\(lab.rows), device=images.device)",
        "offset = torch.tensor(\(lab.offsets), device=images.device).view(1, -1, 1, 1)",
        "x = torch.einsum(\"ij,njhw->nihw\", rows, roots) + offset",
      ] + ending
    }
  }
}
