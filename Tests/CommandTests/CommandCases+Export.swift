import TestSupport

extension CommandCase {
  /// Archives: out of the program, back into it, and features of pictures.
  static let export: [CommandCase] = [
    .init(
      "export",
      right: .makes(
        "trunk.safetensors", "run --output trunk.safetensors",
        says: "trunk.safetensors: archive, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes(
        "half.safetensors", "run --weights bf16 --output half.safetensors",
        says: "half.safetensors: archive, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes(
        "trunk.onnx trunk.onnx.golden.safetensors", "run --format onnx --output trunk.onnx",
        says: "trunk.onnx: onnx, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes(
        "torch/weights.safetensors torch/golden.safetensors torch/extractor.py",
        "run --format pytorch --output torch",
        says: "torch: pytorch, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes(
        "trunk.h5 trunk.h5.prototxt", "run --format caffe --output trunk.h5",
        says: "trunk.h5: caffe, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes(
        "", "--check trunk.safetensors",
        says: "trunk.safetensors: archive, \(trunk), 45 outputs"),
      .makes(
        "torch/weights.safetensors", "run --format pytorch --force --output torch",
        says: "torch: pytorch, \(trunk), lightness input; 45 outputs, 113556 numbers"),
      .makes("", "--check trunk.onnx", says: "trunk.onnx: onnx, \(trunk), 45 outputs"),
      .makes("", "--check torch", says: "torch: pytorch, \(trunk), 45 outputs"),
      .makes("", "--check trunk.h5", says: "trunk.h5: caffe, \(trunk), 45 outputs"),
      wrong: .fails(
        64, "run --format tensorflow --output x",
        says: "The value 'tensorflow' is invalid for '--format <format>'. …"),
      missing: .fails(
        1, "nowhere --output x",
        says: "nowhere: does not exist; give a checkpoint or a run folder"),
      refused: [
        .fails(
          1, "run --output trunk.safetensors",
          says: "trunk.safetensors: is there already; give another --output, or --force to "
            + "replace it"),
        .fails(
          1, "run --force --format onnx --output trunk.h5",
          says: "trunk.h5: is there and is not an export as onnx; give another --output, or "
            + "remove it"),
        .fails(
          1, "trunk.safetensors --force --output trunk.safetensors",
          says: "trunk.safetensors: is what this command reads; give another --output"),
        .fails(
          1, "run --format onnx --layer conv9 --output x",
          says: "run: has no layer 'conv9'; there are conv1_1, …"),
        .fails(
          1, "run --channels rgb --output x",
          says: "run/checkpoints/step-6.ckpt: says itself that its trunk sees lightness; …"),
      ]),
    .init(
      "import",
      right: .makes(
        "imported.safetensors", "trunk.h5 --output imported.safetensors",
        says: "imported.safetensors: \(trunk), lightness input; 45 outputs"),
      .makes(
        "torch.safetensors", "\(weights)/resnet18-checkpoint.pth --output torch.safetensors",
        says: "torch.safetensors: resnet18, width 0.015625, 3 input channels, affine, rgb input; "
          + "12 outputs"),
      .makes(
        "vgg.safetensors",
        "\(weights)/vgg11-legacy.pth --architecture vgg11 --width 0.015625 "
          + "--channels rgb --no-batch-normalization --ignore classifier. --output vgg.safetensors",
        says: "vgg.safetensors: vgg11, width 0.015625, 3 input channels, no batch normalization, "
          + "rgb input; 21 outputs"),
      .makes(
        "caffe.safetensors", "\(weights)/split-brain.caffemodel --output caffe.safetensors",
        says: "caffe.safetensors: alexnet, width 0.020833333333333332, 3 input channels, transfer "
          + "form, no batch normalization, lab input; 17 outputs"),
      wrong: .fails(
        64, "trunk.h5 --architecture lenet --output x",
        says: "The value 'lenet' is invalid for '--architecture <architecture>'. …"),
      missing: .fails(1, "nowhere.h5 --output x", says: "nowhere.h5: does not exist"),
      refused: [
        .fails(
          64, "\(weights)/alexnet.pth --channels rgb --output x",
          says: "the options say what a foreign file does not; they need --architecture with them"),
        .fails(
          1, "trunk.onnx --output x",
          says: "trunk.onnx: is an ONNX model; weights are read from safetensors, .pth, "
            + ".caffemodel and HDF5"),
        .fails(
          1, "trunk.h5 --output scenes.h5",
          says: "scenes.h5: is there and is not an export as archive; give another --output, or "
            + "remove it"),
      ]),
    .init(
      "extract",
      right: .makes(
        "features.h5",
        "trunk.safetensors scenes.h5 --layer relu2_2 --pool average:2 --output features.h5",
        says: "features.h5: features [58, 8, 2, 2]"),
      .makes(
        "features.h5",
        "trunk.safetensors scenes.h5 --layer conv2_2 --pool max --force --output features.h5",
        says: "features.h5: features [58, 8]"),
      wrong: .fails(
        1, "trunk.safetensors scenes.h5 --layer conv9 --output x",
        says: "trunk.safetensors: has no layer 'conv9'; …"),
      missing: .fails(
        1, "nowhere.safetensors scenes.h5 --layer conv2_2 --output x",
        says: "nowhere.safetensors: cannot be read: there is no such …"),
      refused: [
        .fails(
          1, "trunk.safetensors scenes.h5 --layer conv3_3 --pool max --output features.h5",
          says: "features.h5: is there and holds features of layer 'conv2_2'; give another "
            + "--output, or --force to replace it"),
        .fails(
          64, "trunk.safetensors scenes.h5 --layer conv2_2 --size 1000000000 --output x",
          says: "--size is from 1 to 8192 pixels, not 1000000000"),
      ]),
  ]

  /// Small files of torch.save and Caffe.
  private static let weights = SharedData.packagePath("Tests/FeatureExportTests/Golden")
  /// What is trained here.
  private static let trunk = "eccv16, width 0.0625, 1 input channel"
}
