internal import ColorScience
internal import Layers
internal import Networks

/// The text of `extractor.py`: a module that needs nothing but torch and safetensors.
struct ExtractorScript {
  let description: FeatureDescription
  let layout: PyTorchLayout

  var text: String {
    let provenance = description.provenance
    let last = description.layers.last!.name
    let modules = rows
    let walk = layout.isGrouped ? "walk(self.trunk)" : "self.trunk.named_children()"
    let layers = layout.modules.compactMap { module in
      module.output.map { "    \"\(module.name)\": \"\($0)\"," }
    }
    return """
      \"\"\"A feature extractor, written by Pigment beside its weights.

          from extractor import Extractor, read
          model = Extractor()  # reads weights.safetensors beside this file, strictly
          images = torch.stack([read("a.jpg"), read("b.png")])  # as `pigment extract` reads them
          features = model(images, "\(last)")  # images: [n, 3, height, width], sRGB, 0 to 1

      Trunk: \(description.trunk.summary).
      Learned: \(provenance.task), run \(provenance.run), \(provenance.iterations) iterations.
      Needs torch and safetensors, `read` also Pillow. `python extractor.py` compares it with
      golden.safetensors.
      \"\"\"
      import pathlib
      from collections import OrderedDict

      import torch
      from safetensors.torch import load_file
      from torch import nn

      HERE = pathlib.Path(__file__).parent
      PREFIX = "\(layout.prefix)"  # of the names in the weights
      SIZE = \(description.preprocessing.size)  # pixels a side, what the trunk was trained with

      # The names of what modules give.
      LAYERS = {
      \(layers.joined(separator: "\n"))
      }\(layout.isGrouped ? residual : "")


      def build():
          \"\"\"The trunk, without weights.\"\"\"
          return nn.Sequential(OrderedDict([
      \(modules.joined(separator: "\n"))
          ]))


      def read(path, size=SIZE):
          \"\"\"The centered square of a JPEG or 8-bit PNG file, [3, size, size], sRGB from 0 to 1.

          Decoded whole, turned upright, resized by Pillow's bilinear filter: with `prepare` what
          `pigment extract` feeds the trunk. Color profiles (ICC) are not followed, as in data sets
          that were built with --color-profiles ignore; a picture without one, or with sRGB's, is
          the same in both.
          \"\"\"
          from PIL import Image, ImageOps

          picture = Image.open(path)
          if picture.format != "PNG":
              picture = ImageOps.exif_transpose(picture)
          picture = picture.convert("RGB")
          side = min(picture.size)
          left, top = (picture.width - side) / 2, (picture.height - side) / 2
          picture = picture.resize((size, size), Image.Resampling.BILINEAR,
                                   box=(left, top, left + side, top + side))
          samples = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
          return samples.view(size, size, 3).permute(2, 0, 1).float() / 255


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
                         if not name.startswith("\(layout.classifierPrefix)")}
              self.trunk.load_state_dict(tensors, strict=True)
              self.eval()

          def layers(self, x):
              \"\"\"The output of every layer, by name, for an input that is prepared.\"\"\"
              outputs = {}
              for name, module in \(walk):
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

  /// The modules as rows of `build`; those of a group stand in one of their own.
  private var rows: [String] {
    var (rows, group) = ([String](), "")
    for module in layout.modules {
      let parts = module.name.split(separator: ".", maxSplits: 1).map(String.init)
      let next = parts.count > 1 ? parts[0] : ""
      if next != group && !group.isEmpty { rows.append("        ]))),") }
      if next != group && !next.isEmpty {
        rows.append("        (\"\(next)\", nn.Sequential(OrderedDict([")
      }
      group = next
      let margin = next.isEmpty ? "        " : "            "
      rows.append("\(margin)(\"\(parts.last!)\", \(module.code)),")
    }
    return rows + (group.isEmpty ? [] : ["       ]))),"])
  }

  /// The class of residual blocks, and the walk through modules that stand in groups.
  private var residual: String {
    """



    class Residual(nn.Module):
        \"\"\"Layers beside a shortcut, which is projected where layers for that are given.\"\"\"

        def __init__(self, main, projection=None):
            super().__init__()
            for name, module in main:
                self.add_module(name, module)
            self.row = [name for name, _ in main]
            self.\(ResidualBlock.projectionName) = None
            if projection is not None:
                self.\(ResidualBlock.projectionName) = nn.Sequential(OrderedDict(projection))

        def forward(self, x):
            project = self.\(ResidualBlock.projectionName)
            shortcut = x if project is None else project(x)
            for name in self.row:
                x = getattr(self, name)(x)
            return torch.relu(x + shortcut)


    def walk(trunk):
        \"\"\"The modules in order with their names, those of a group one by one.\"\"\"
        for name, module in trunk.named_children():
            if type(module) is nn.Sequential:
                for number, block in module.named_children():
                    yield f"{name}.{number}", block
            else:
                yield name, module
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
