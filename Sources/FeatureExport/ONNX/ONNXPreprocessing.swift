internal import ColorScience
internal import Networks

extension ONNXBuilder {
  /// Adds what turns sRGB pictures from 0 to 1 into the trunk's input.
  mutating func addPreprocessing(_ input: Preprocessing, from image: String, to output: String) {
    var channels = image
    switch input.channels {
    case .rgb: break
    case .gray:
      constant("prepare.luma", Luma.shares.map(Float.init), shape: [1, 3, 1, 1])
      node(
        "Conv", [image, "prepare.luma"], gives: "prepare.gray", [.init("kernel_shape", [1, 1])])
      channels = "prepare.gray"
    case .lightness, .ab, .lab:
      addLab(LabTransform(input.channels), from: image, to: "prepare.lab")
      channels = "prepare.lab"
    }
    let shape = [1, input.channels.count, 1, 1]
    constant("prepare.mean", input.mean.map(Float.init), shape: shape)
    constant("prepare.scale", input.scale.map(Float.init), shape: shape)
    node("Sub", [channels, "prepare.mean"], gives: "prepare.shifted")
    node("Mul", ["prepare.shifted", "prepare.scale"], gives: output)
  }

  private mutating func scalar(_ name: String, _ value: Double) {
    constant(name, [Float(value)], shape: [])
  }

  /// sRGB to linear light, to X, Y and Z over the white, to their roots, to CIE Lab.
  private mutating func addLab(_ lab: LabTransform, from image: String, to output: String) {
    scalar("prepare.knee", LabTransform.encodedKnee)
    scalar("prepare.slope", 12.92)
    scalar("prepare.offset", 0.055)
    scalar("prepare.reach", 1.055)
    scalar("prepare.gamma", 2.4)
    node("Div", [image, "prepare.slope"], gives: "prepare.dark")
    node("Add", [image, "prepare.offset"], gives: "prepare.raised")
    node("Div", ["prepare.raised", "prepare.reach"], gives: "prepare.base")
    node("Pow", ["prepare.base", "prepare.gamma"], gives: "prepare.bright")
    node("Greater", [image, "prepare.knee"], gives: "prepare.isBright")
    node(
      "Where", ["prepare.isBright", "prepare.bright", "prepare.dark"], gives: "prepare.light")

    constant(
      "prepare.matrix", lab.whitenedRows.flatMap { $0 }.map(Float.init), shape: [3, 3, 1, 1])
    node(
      "Conv", ["prepare.light", "prepare.matrix"], gives: "prepare.xyz",
      [.init("kernel_shape", [1, 1])])

    scalar("prepare.labKnee", LabTransform.lightKnee)
    scalar("prepare.third", 1.0 / 3)
    scalar("prepare.labSlope", LabTransform.slope)
    scalar("prepare.labOffset", 16.0 / 116)
    node("Mul", ["prepare.xyz", "prepare.labSlope"], gives: "prepare.steep")
    node("Add", ["prepare.steep", "prepare.labOffset"], gives: "prepare.line")
    node("Pow", ["prepare.xyz", "prepare.third"], gives: "prepare.cubeRoot")
    node("Greater", ["prepare.xyz", "prepare.labKnee"], gives: "prepare.isLight")
    node(
      "Where", ["prepare.isLight", "prepare.cubeRoot", "prepare.line"], gives: "prepare.roots")

    constant(
      "prepare.rows", lab.rows.flatMap { $0 }.map(Float.init), shape: [lab.rows.count, 3, 1, 1])
    constant("prepare.added", lab.offsets.map(Float.init), shape: [lab.offsets.count])
    node(
      "Conv", ["prepare.roots", "prepare.rows", "prepare.added"], gives: output,
      [.init("kernel_shape", [1, 1])])
  }
}
