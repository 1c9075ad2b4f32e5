extension CommandCase {
  /// Proposals and the tasks that features are tested on.
  static let transfer: [CommandCase] = [
    .init(
      "proposals build",
      right: .makes(
        "proposals.h5", "scenes.h5 --max 60 --output proposals.h5",
        says: "proposals.h5: 3480 boxes of 58 pictures, …"),
      wrong: .fails(
        64, "scenes.h5 --space cmyk --output x",
        says: "there is no color space 'cmyk'; there are hsv, lab, rgb, rgI, intensity"),
      missing: .fails(
        1, "nowhere.h5 --output x",
        says: "nowhere.h5: there is no such file or folder; check the path")),
    .init(
      "proposals import",
      right: .makes(
        "brought.h5", "proposals.h5 scenes.h5 --output brought.h5",
        says: "brought.h5: 3480 boxes of 58 pictures"),
      wrong: .fails(
        1, "proposals.h5 folder.h5 --output x",
        says: "proposals.h5 ['000052.jpg']: there are no proposals of this record; …"),
      missing: .fails(
        1, "nowhere.h5 scenes.h5 --output x",
        says: "nowhere.h5: there is no such file or folder; …"),
      refused: [
        .fails(
          1, "proposals.h5 scenes.h5 --force --output proposals.h5",
          says: "proposals.h5: is what this command reads; give another --output"),
        .fails(
          1, "proposals.h5 scenes.h5 --force --output features.h5",
          says: "features.h5: is there and is not a file of proposals; give another --output, or "
            + "remove it"),
      ]),
    .init(
      "proposals recall",
      right: .makes(
        "", "scenes.h5 proposals.h5 --limit 10",
        says: "109 objects in 58 pictures; selective search …"),
      wrong: .fails(64, "scenes.h5 proposals.h5 --limit 0", says: "--limit must be positive"),
      missing: .fails(
        1, "scenes.h5 nowhere.h5",
        says: "nowhere.h5: open failed: there is no such file or folder; check the path")),
    .init(
      "transfer classify",
      right: .makes(
        "classify/table.md classify/classes.md classify/gaussian-seed2/evaluation.json "
          + "classify/colors-seed1/evaluation.json classify/colors-seed1/checkpoints",
        "tune.yaml --set data.augmentation.size=32 --init gaussian "
          + "--init colors=trunk.safetensors --seeds 2 --output classify",
        says: "start     seeds …"),
      .makes(
        "", "tune.yaml --set data.augmentation.size=32 --init gaussian --dry-run --output planned",
        says: "settings batchSize: 3"),
      .makes(
        "selected/table.md selected/gaussian-seed1/best",
        "tune.yaml --set data.augmentation.size=32 --set evaluationInterval=1 "
          + "--set selection.metric=validation/mAP --set selection.order=highest --init gaussian "
          + "--seeds 1 --output selected",
        says: "start     seeds …"),
      wrong: .fails(
        64, "tune.yaml --init he --seeds 0 --output x", says: "--seeds must be positive"),
      missing: .fails(
        1, "tune.yaml --init nowhere.safetensors --output x",
        says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          5,
          "tune.yaml --set data.augmentation.size=32 --set batchSize=1000000000 --init he "
            + "--output x",
          says: "out of memory: batchSize 1000000000 needs at least …"),
        .fails(
          1, "tune.yaml --set data.augmentation.size=32 --init gaussain --output x",
          says: "start 'gaussain' is no file, and none of gaussian, …"),
        .fails(
          1, "tune.yaml --set data.trainPictures=-1 --init gaussian --output x",
          says: "data.trainPictures: must not be negative, it is -1"),
        .fails(
          1, "tune.yaml --set input.startPictures=-1 --init gaussian --output x",
          says: "input.startPictures: must not be negative, it is -1"),
      ]),
    .init(
      "transfer test",
      right: .makes(
        "classify/colors-seed1/tests", "classify/colors-seed1 scenes.h5 --split trainval",
        says: "start …"),
      wrong: .fails(
        1, "run scenes.h5",
        says: "run: is no run of pigment transfer classify, categorize, detect, segment"),
      missing: .fails(
        1, "classify/colors-seed1 nowhere.h5",
        says: "nowhere.h5: there is no such file or folder; check the path"),
      refused: [
        .fails(
          1, "classify/colors-seed1 voc.h5",
          says: "voc.h5 [split 'test']: there is no such split; known are: train, trainval, val")
      ]),
    .init(
      "transfer categorize",
      right: .makes(
        "categorize/table.md categorize/classes.md categorize/he-seed1/evaluation.json",
        "tune.yaml --set data.path=cifar.h5 --set data.augmentation.size=32 "
          + "--set data.trainSplit=train --set data.testSplit=test --init he --seeds 1 "
          + "--output categorize",
        says: "start   seeds …"),
      wrong: .fails(
        1, "tune.yaml --set data.path=scenes.h5 --init he --output x",
        says: "scenes.h5: has no single label for each picture; …"),
      missing: .fails(
        1, "tune.yaml --set data.path=nowhere.h5 --init he --output x",
        says: "nowhere.h5: …")),
    .init(
      "transfer detect",
      right: .makes(
        "detect/table.md detect/gaussian-seed1/evaluation.json",
        "tune.yaml --set data.proposals=proposals.h5 --set scales.training=[64] "
          + "--set scales.testing=64 --set head.hidden=16 --init gaussian --seeds 1 "
          + "--output detect",
        says: "start     seeds …"),
      wrong: .fails(
        1, "tune.yaml --set scales.testing=big --init gaussian --output x",
        says: "--set scales.testing=big: scales.testing: must be a whole number, not 'big'"),
      missing: .fails(
        1, "tune.yaml --init nowhere.safetensors --output x",
        says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          1,
          "tune.yaml --set data.proposals=proposals.h5 --set data.testPictures=-1 "
            + "--init gaussian --output x",
          says: "data.testPictures: must not be negative, it is -1")
      ]),
    .init(
      "transfer segment",
      right: .makes(
        "segment/table.md segment/gaussian-seed1/evaluation.json segment/gaussian-seed1/sheet.png",
        "tune.yaml --set data.trainSplit=trainval --set data.testSplit=test "
          + "--set accumulation=1 --init gaussian --seeds 1 --output segment",
        says: "start     seeds …"),
      wrong: .fails(
        1, "tune.yaml --set nonsense=1 --init gaussian --output x",
        says: "--set nonsense=1: nonsense: no such setting; there are …"),
      missing: .fails(
        1, "nowhere.yaml --init gaussian --output x",
        says: "nowhere.yaml: cannot be read: …"),
      refused: [
        .fails(
          1, "tune.yaml --set margin=-1 --init gaussian --output x",
          says: "margin: must not be negative, it is -1")
      ]),
    .init(
      "probe",
      right: .makes(
        "protocols/table.md protocols/he-seed1/evaluation.json",
        "all trunk.safetensors scenes.h5 --set size=32 --set layers=[norm2,norm5] "
          + "--set methods=[linear,neighbors,dense-knn,discovery,effective-rank] "
          + "--set resamples=20 --set features=64 --format svg --output protocols",
        says: "Every protocol and layer"),
      wrong: .fails(
        1, "forest trunk.safetensors scenes.h5 --output x",
        says: "the protocol: 'forest' is none; there are all, …"),
      missing: .fails(
        1, "knn nowhere.safetensors scenes.h5 --output x",
        says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          1, "knn@9 trunk.safetensors scenes.h5 --output x",
          says: "the protocol: 'knn@9' is not what this program knows, which is knn@1; …")
      ]),
    .init(
      "transfer probe",
      right: .makes(
        "probe/table.md probe/layers.svg probe/trunk-seed1/evaluation.json",
        "gaussian trunk.safetensors scenes.h5 --set size=32 --set methods=[linear,neighbors] "
          + "--set layers=[relu2_2,relu5_3] --set resamples=20 --set features=64 --format svg "
          + "--output probe",
        says: "Linear probes"),
      .makes(
        "",
        "gaussian trunk.safetensors scenes.h5 --set size=32 --set layers=[relu2_2,relu5_3] "
          + "--output foreseen --dry-run",
        says: "settings …"),
      wrong: .fails(
        1, "gaussian scenes.h5 --set methods=[forest] --output x",
        says: "--set methods=[forest]: methods.0: must be one of …"),
      missing: .fails(
        1, "nowhere.safetensors scenes.h5 --output x",
        says: "nowhere.safetensors: cannot be read: …"),
      refused: [
        .fails(
          1, "gaussian scenes.h5 --set trunk.width=1e9 --output x",
          says: "trunk: has width 1000000000.0; a width is over 0 and at most 4.0"),
        .fails(
          1, "gaussian scenes.h5 --set data.testPictures=-1 --output x",
          says: "data.testPictures: must not be negative, it is -1"),
      ]),
  ]
}
