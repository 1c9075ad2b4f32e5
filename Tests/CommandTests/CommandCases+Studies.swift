import Foundation
import TestSupport

extension CommandCase {
  /// Many runs, a page of them, and the machine.
  static let studies: [CommandCase] = [
    .init(
      "study run",
      right: .makes(
        "study/study.json study/classify study/features study/pretrain",
        "study.yaml --threads 1 --output study",
        says: "study: finished; pigment study report writes the tables"),
      wrong: .fails(
        1, "study.yaml --scale huge --output x", says: "--scale huge: study.yaml has no scales"),
      missing: .fails(
        1, "nowhere.yaml --output x", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "study budget",
      right: .makes("", "study.yaml --output study", says: "4 of 4 steps are done"),
      wrong: .fails(
        64, "study.yaml --speed colorization",
        says: "--speed colorization: write KIND=IMAGES_PER_SECOND"),
      missing: .fails(
        1, "nowhere.yaml --output x", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "study report",
      right: .makes(
        "study/report/report.md study/report/runs.csv study/report/summary.csv "
          + "study/report/trunks.csv study/report/timings.csv",
        "study.yaml --no-figures --output study", says: "study/report/report.md"),
      wrong: .fails(
        1, "study.yaml --scale huge --output x", says: "--scale huge: study.yaml has no scales"),
      missing: .fails(
        1, "study.yaml --output nowhere",
        says: "nowhere: holds no finished run of the study; pigment study run first")),
    .init(
      "report",
      right: .makes(
        "report.html", "run classify units --output report.html", says: "report.html: 5 runs, …"),
      wrong: .fails(
        64, "run --format gif --output x.html",
        says: "The value 'gif' is invalid for '--format <format>'. …"),
      missing: .fails(
        1, "nowhere --output x.html", says: "nowhere: is not a folder; name folders of runs"),
      refused: [
        .fails(
          1, "run --output report.html",
          says: "report.html: is there already; give another --output, or --force to replace it"),
        .fails(
          1, "run --force --output tune.yaml",
          says: "tune.yaml: is there and is not a page of pigment report; give another --output, "
            + "or remove it"),
      ]),
    .init(
      "config show",
      right: .makes(
        "", "classify", says: "# All settings of classify, for pigment transfer classify."),
      .makes("", "rotation --plain --set batchSize=7", says: "task: rotation"),
      wrong: .fails(
        1, "classify --set clipNorm=1",
        says:
          "--set clipNorm=1: clipNorm: no such setting; did you mean optimizer.clipNorm? There …"),
      missing: nil,
      refused: [
        .fails(
          64, "colorisation", says: "there is no task 'colorisation'; there are colorization, …")
      ]),
    .init(
      "config explain",
      right: .makes("", "clipNorm --task segment", says: "optimizer.clipNorm: 0.0"),
      .makes("", "precision", says: "precision: f32"),
      wrong: .fails(
        1, "clipNrom",
        says: "there is no setting 'clipNrom'; those that read most like it are "
          + "optimizer.clipNorm, …"),
      missing: nil),
    .init(
      "config diff",
      right: .makes(
        "", "run rotation", says: "setting  …"),
      .makes("", "run run", says: "no setting differs"),
      // What a file does not say has its default.
      .makes("", "pretrain.yaml run/configuration.yaml", says: "no setting differs"),
      wrong: .fails(64, "run", says: "Missing expected argument '<second>'"),
      missing: .fails(
        1, "run nowhere.yaml", says: "nowhere.yaml: cannot be read: there is no such …")),
    .init(
      "summary",
      right: .makes(
        "", "eccv16 --width 0.25 --size 64", says: "eccv16, width 0.25, 1 input channel, …"),
      .makes("", "trunk.safetensors --size 64", says: "eccv16, …"),
      wrong: .fails(
        1, "resnet19", says: "there is no trunk or archive 'resnet19'; there are resnet18, …"),
      missing: .fails(
        1, "nowhere.safetensors", says: "there is no trunk or archive 'nowhere.safetensors'; …"),
      refused: [
        .fails(
          64, "vgg11 --size 16 --width 0.1", says: "--size 16: a window finds no place; vgg11 …")
      ]),
    .init(
      "studio",
      right: .makes("", ". --port 0 --dry-run", says: "open http://127.0.0.1:…"),
      wrong: .fails(64, ". --port 70000", says: "--port is 0 to 65535"),
      missing: .fails(
        1, "nowhere", says: "nowhere: is not a folder; name a folder of runs"),
      refused: [
        .fails(
          64, ". --host 0.0.0.0",
          says: "--host 0.0.0.0 needs --name: the name or address by which others open the pages")
      ]),
    .init(
      "runs list",
      right: .makes("", ".", says: "run …"),
      wrong: .fails(64, ". --sort size", says: "Unknown option '--sort'…"),
      missing: .fails(1, "nowhere", says: "nowhere: …"),
      refused: [
        .fails(
          1, "pictures",
          says: "pictures: holds no run: no folder in it has a configuration.yaml")
      ]),
    .init(
      "runs show",
      right: .makes("", "run", says: "run       run"),
      wrong: .fails(64, "run --long", says: "Unknown option '--long'…"),
      missing: .fails(1, "nowhere", says: "nowhere: holds no run: there is no configuration.yaml")),
    .init(
      "runs diff",
      right: .makes(
        "", "run rotation", says: "setting  …"),
      wrong: .fails(64, "run", says: "Missing expected argument '<second>'"),
      missing: .fails(
        1, "run nowhere.yaml", says: "nowhere.yaml: cannot be read: there is no such …")),
    .init(
      "runs best",
      right: .makes("", "validation/divergence . --lowest", says: "validation/divergence  after …"),
      wrong: .fails(
        1, "validation/divergance .",
        says: "there is no metric 'validation/divergance'; …"),
      missing: .fails(1, "a nowhere", says: "nowhere: …")),
    .init(
      "runs prune",
      right: .makes("run/checkpoints", "run", says: "run/checkpoints/step-2.ckpt"),
      wrong: .fails(64, "run --all", says: "Unknown option '--all'"),
      missing: .fails(1, "nowhere", says: "nowhere: …")),
    .init(
      "inspect",
      right: .makes("", "run", says: "run       run"),
      .makes("", "run/checkpoints/step-6.ckpt", says: "checkpoint  run/checkpoints/step-6.ckpt"),
      .makes("", "scenes.h5", says: "file      scenes.h5"),
      .makes(
        "", "torch.pth", says: "torch.pth: a file of torch.save; pigment import torch.pth makes …"
      ) { bench in
        let golden = SharedData.packagePath("Tests/FeatureExportTests/Golden/alexnet-half.pth")
        try bench.write(Data(contentsOf: URL(filePath: golden)), "torch.pth")
      },
      wrong: .fails(
        1, "pretrain.yaml",
        says: "pretrain.yaml: is nothing that pigment writes, no HDF5 file and no safetensors "
          + "file"),
      missing: .fails(1, "nowhere", says: "nowhere: there is no such file or folder")),
    .init(
      "list",
      right: .makes("", "tasks", says: "task          command"),
      .makes("", "layers resnet18", says: "layer     stride  receptive field"),
      .makes("", "initializations", says: "gaussian"),
      .makes("", "methods", says: "truth"),
      .makes("", "protocols", says: "protocol          answers"),
      wrong: .fails(
        1, "layers resnet19", says: "there is no trunk 'resnet19'; there are resnet18, …"),
      missing: nil,
      refused: [
        .fails(
          64, "tasks resnet18",
          says: "only layers are those of a trunk: pigment list layers TRUNK")
      ]),
    .init(
      "doctor",
      right: .makes("", "--device cpu", says: "device  what it is"),
      .makes("", "--json", says: "{\"devices\":[…"),
      wrong: .fails(
        1, "--device tpu",
        says: "device tpu: there is no such device; known: cpu, cuda:0 and so on, reference"),
      missing: nil),
  ]
}
