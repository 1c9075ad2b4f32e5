import Foundation

extension CommandCase {
  /// Learning colors, and what is done with a network that has.
  static let training: [CommandCase] = [
    .init(
      "pretrain",
      right: .makes(
        "run/configuration.yaml run/environment.json run/journal.jsonl "
          + "run/checkpoints/step-6.ckpt run/pictures/colorized-step-6.jpg run/tensorboard",
        "pretrain.yaml --run run", says: "run: finished"),
      .makes(
        "rotation/checkpoints/step-6.ckpt", "pretrain.yaml --set task=rotation --run rotation",
        says: "rotation: finished"),
      .makes(
        "planned-first-batch.png", "pretrain.yaml --dry-run --run planned",
        says: "settings batchSize: 4"),
      wrong: .fails(
        1, "pretrain.yaml --set optimizer.speed=1 --run x",
        says: "--set optimizer.speed=1: optimizer.speed: no such setting; did you mean seed? …"),
      missing: .fails(
        1, "nowhere.yaml --run x", says: "nowhere.yaml: cannot be read: there is no such …"),
      refused: [
        .fails(
          1, "pretrain.yaml --set trunk.width=1e9 --run x",
          says: "trunk: has width 1000000000.0; a width is over 0 and at most 4.0"),
        .fails(
          5, "pretrain.yaml --set batchSize=1000000000 --run x",
          says: "out of memory: batchSize 1000000000 needs at least …"),
        .fails(
          1, "pretrain.yaml --set data.validationPictures=-1 --run x",
          says: "data.validationPictures: must not be negative, it is -1"),
      ]),
    .init(
      "resume",
      right: .makes(
        "stopped/checkpoints/step-6.ckpt", "stopped", says: "stopped: finished",
        after: { bench in
          try FileManager.default.copyItem(atPath: bench.file("run"), toPath: bench.file("stopped"))
          try FileManager.default.removeItem(
            atPath: bench.file("stopped/checkpoints/step-6.ckpt"))
        }),
      .makes(
        "stopped/checkpoints/step-7.ckpt stopped/earlier-configurations.json",
        "stopped --iterations 7 --data moved.h5", says: "stopped: finished",
        after: { bench in
          try FileManager.default.copyItem(
            atPath: bench.file("scenes.h5"), toPath: bench.file("moved.h5"))
        }),
      wrong: .fails(
        1, "run --device tpu",
        says: "device tpu: there is no such device; known: cpu, cuda:0 and so on, reference"),
      missing: .fails(
        1, "nowhere",
        says: "nowhere: holds no run: there is no configuration.yaml"),
      refused: [
        .fails(
          1, "run --iterations 5",
          says: "run: has 6 iterations already; --iterations takes a larger number"),
        .fails(
          1, "run --proposals proposals.h5",
          says: "run: has no file that --proposals could name"),
      ]),
    .init(
      "verify resume",
      right: .makes(
        "both", "pretrain.yaml --points 2 --output both", says: "6 steps straight: …"),
      wrong: .fails(
        1, "pretrain.yaml --points 0",
        says: "--points: must lie in 1 ..< 6 (iterations), it is 0"),
      missing: .fails(1, "nowhere.yaml", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "verify learns",
      right: .makes("", "pretrain.yaml --share 0.9", says: "divergence of one batch of …"),
      .makes(
        "",
        "tune.yaml --task classify --set data.augmentation.size=32 --set schedule.rate=0.01 "
          + "--data scenes.h5 --share 0.9",
        says: "loss of one batch of 3 pictures: …"),
      wrong: .fails(64, "pretrain.yaml --steps 1", says: "--steps must be at least 10"),
      missing: .fails(1, "nowhere.yaml", says: "nowhere.yaml: cannot be read: …"),
      refused: [
        .fails(
          1, "tune.yaml --task paint",
          says: "there is no transfer task 'paint'; there are …"),
        .fails(
          5, "pretrain.yaml --set batchSize=1000000000",
          says: "out of memory: batchSize 1000000000 needs at least …"),
      ]),
    .init(
      "colorize",
      right: .makes(
        "colored/sheet.png colored/pictures/T0/000052.png colored/pictures/T1/000056.png "
          + "colored/entropy/000054.png colors.html",
        "run pictures --temperatures 0,1 --entropy --viewer colors.html --output colored",
        says: "3 pictures in colored/pictures; all side by side in colored/sheet.png"),
      .makes(
        "some/sheet.png", "run pictures --sheet-rows 2 --output some",
        says: "3 pictures in some/pictures; 2 of 3 side by side in some/sheet.png"),
      .makes(
        "stored/sheet.png", "run pictures --color-profiles ignore --output stored",
        says: "3 pictures in stored/pictures; all side by side in stored/sheet.png"),
      wrong: .fails(
        64, "run pictures --temperatures 0,hot --output x",
        says: "--temperatures: 'hot' is no temperature; write 0,0.38,1"),
      missing: .fails(
        1, "run nowhere.jpg --output x",
        says: "nowhere.jpg: cannot read the file: no such file or folder"),
      refused: [
        .fails(
          1, "run pictures --output stored",
          says: "stored/pictures/000052.png: is there already; give another --output, or --force "
            + "to replace it"),
        .fails(
          64, "run pictures --sheet-rows 0 --viewer x.html --output x",
          says: "--viewer shows the first --sheet-rows pictures, which are none"),
        .fails(
          64, "run pictures --size 1000000000 --output x",
          says: "--size is from 16 to 8192 pixels, not 1000000000"),
      ]),
    .init(
      "evaluate recognizer",
      right: .makes(
        "recognizer/checkpoints/step-6.ckpt recognizer/evaluation.json",
        "recognizer.yaml --run recognizer", says: "recognizer: names …"),
      .makes("", "recognizer.yaml --run foreseen --dry-run", says: "settings …"),
      wrong: .fails(
        1, "recognizer.yaml --set trunk.inputChannels=1 --run x",
        says: "trunk.inputChannels: must be 3 (sRGB), it is 1"),
      missing: .fails(
        1, "nowhere.yaml --run x", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "evaluate color",
      right: .makes(
        "judged/table.md judged/table.csv judged/evaluation.json judged/pictures.csv "
          + "judged/sheet.png",
        "run scenes.h5 --recognizer recognizer --resamples 100 --output judged",
        says: "method …"),
      .makes(
        "transferred/table.md",
        "scenes.h5 --also charpiat --also gupta --count 3 --size 32 --resamples 10 "
          + "--output transferred",
        says: "method …"),
      wrong: .fails(
        64, "run scenes.h5 --resamples 0 --output x",
        says: "--count, --resamples and --threads must be positive"),
      missing: .fails(
        1, "nowhere scenes.h5 --output x",
        says: "nowhere: does not exist; give a checkpoint or a run folder"),
      refused: [
        .fails(
          64, "scenes.h5 --also charpiat --also charpiat --output x",
          says: "--also names a method twice"),
        .fails(
          1, "run scenes.h5 --output judged",
          says: "judged/table.md: is there already; give another --output, or --force to replace "
            + "it"),
      ]),
  ]
}
