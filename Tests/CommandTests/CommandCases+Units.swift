extension CommandCase {
  /// Looking at units.
  static let units: [CommandCase] = [
    .init(
      "units top",
      right: .makes(
        "units/relu2_2.png units/units.json units/units.html units/strips",
        "trunk.safetensors scenes.h5 --layer relu2 --top 3 --size 32 --output units",
        says: "units/relu2_2.png"),
      .makes(
        "hatched/relu2_2.png",
        "trunk.safetensors scenes.h5 --layer relu2 --top 3 --size 32 --border --output hatched",
        says: "hatched/relu2_2.png"),
      wrong: .fails(
        1, "trunk.safetensors scenes.h5 --layer conv9 --output x",
        says: "trunk.safetensors: has no layer 'conv9'; …"),
      missing: .fails(
        1, "nowhere.safetensors scenes.h5 --output x",
        says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          1, "run scenes.h5 --output x",
          says: "run: is a run folder; pigment export run --output run.safetensors makes …"),
        .fails(
          64, "trunk.safetensors scenes.h5 --size 1000000000 --output x",
          says: "--size is from 16 to 8192 pixels, not 1000000000"),
      ]),
    .init(
      "units noise",
      right: .makes(
        "noise.safetensors", "trunk.safetensors --init he --output noise.safetensors",
        says: "noise.safetensors: eccv16, width 0.0625, 1 input channel, he noise"),
      wrong: .fails(
        64, "trunk.safetensors --init orthogonal --output x",
        says: "The value 'orthogonal' is invalid for '--init <init>'. …"),
      missing: .fails(
        1, "nowhere.safetensors --output x", says: "nowhere.safetensors: cannot be read: …")),
    .init(
      "units dissect",
      right: .makes(
        "dissected/dissection.md dissected/dissection.json dissected/classes.svg "
          + "dissected/coverage.svg",
        "trunk.safetensors noise.safetensors scenes.h5 --layer relu2 --size 32 "
          + "--output dissected",
        says: "layer    features …"),
      .makes(
        "beside/dissection.md beside/noise.safetensors beside/noise",
        "trunk.safetensors scenes.h5 --layer relu2 --size 32 --output beside",
        says: "layer    features …"),
      .makes(
        "alone/dissection.md",
        "trunk.safetensors scenes.h5 --layer relu2 --size 32 --no-noise --output alone",
        says: "layer    features …"),
      wrong: .fails(
        64, "trunk.safetensors scenes.h5 --threads 0 --output x",
        says: "--threads must be positive"),
      missing: .fails(
        1, "trunk.safetensors nowhere.h5 --output x",
        says: "nowhere.h5: there is no such file or folder; check the path"),
      refused: [
        .fails(
          1, "trunk.safetensors folder.h5 --output x",
          says: "folder.h5: no record of the pass has a mask; dissect with a data set built from a "
            + "VOC devkit or from scenes")
      ]),
    .init(
      "units diff",
      right: .makes(
        "difference/difference.md difference/difference.json difference/relu2_2.png",
        "units units --output difference", says: "layer    units …"),
      wrong: .fails(64, "units units --rows 0 --output x", says: "--rows must be positive"),
      missing: .fails(
        1, "units nowhere --output x",
        says: "nowhere/units.json: there is no such file or folder; check the path")),
    .init(
      "units filters",
      right: .makes(
        "filters.png", "trunk.safetensors --output filters.png", says: "filters.png"),
      wrong: .fails(64, "trunk.safetensors", says: "Missing expected argument '--output <output>'"),
      missing: .fails(
        1, "nowhere.safetensors --output x.png", says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          1, "trunk.safetensors --output filters.png",
          says: "filters.png: is there already; give another --output, or --force to replace it"),
        .fails(
          1, "trunk.safetensors --force --output pictures/000052.jpg",
          says: "pictures/000052.jpg: is there and is not a PNG file; give another --output, or "
            + "remove it"),
      ]),
    .init(
      "units maps",
      right: .makes(
        "maps.png", "trunk.safetensors pictures/000052.jpg --layer relu2 --output maps.png",
        says: "maps.png"),
      .makes(
        "components.png",
        "trunk.safetensors pictures --layer relu2 --components --output components.png",
        says: "components.png"),
      wrong: .fails(
        64, "trunk.safetensors pictures/000052.jpg --layer relu2 --size 8 --output x.png",
        says: "--size is from 16 to 8192 pixels, not 8"),
      missing: .fails(
        1, "trunk.safetensors nowhere.jpg --layer relu2 --output x.png",
        says: "nowhere.jpg: cannot read the file: there is no such file or folder")),
    .init(
      "units explain",
      right: .makes(
        "explained.png",
        "trunk.safetensors pictures/000052.jpg --layer relu2 --unit 0 --output explained.png",
        says: "explained.png"),
      wrong: .fails(
        1, "trunk.safetensors pictures/000052.jpg --layer relu2 --unit 8 --output x.png",
        says: "trunk.safetensors: has no unit 8 in relu2_2; there are 0 to 7"),
      missing: .fails(
        1, "trunk.safetensors nowhere.jpg --layer relu2 --unit 0 --output x.png",
        says: "nowhere.jpg: cannot read the file: no such file or folder")),
    .init(
      "units embed",
      right: .makes(
        "embedded/map.svg embedded/map.json embedded/photographs.png",
        "trunk.safetensors scenes.h5 --layer relu5 --size 32 --output embedded",
        says: "embedded/map.svg, photographs.png, map.json"),
      wrong: .fails(
        64, "trunk.safetensors scenes.h5 --layer relu5 --threads 0 --output x",
        says: "--threads must be positive"),
      missing: .fails(
        1, "trunk.safetensors nowhere.h5 --layer relu5 --output x",
        says: "nowhere.h5: there is no such file or folder; check the path")),
  ]
}
