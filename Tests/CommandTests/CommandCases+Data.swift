extension CommandCase {
  /// Datasets: building, looking, checking. What is made here is what later verbs read.
  static let datasets: [CommandCase] = [
    .init(
      "data build scenes",
      right: .makes(
        "scenes.h5",
        "--pretrain 40 --trainval 12 --test 6 --width 48 --height 48 --output scenes.h5",
        says: "scenes.h5: 58 records, content …"),
      wrong: .fails(
        64, "--width 4 --output x.h5", says: "--width and --height must be at least 32"),
      missing: nil),
    .init(
      "data export",
      right: .makes(
        "pictures/000052.jpg pictures/000054.jpg pictures/000056.jpg",
        "scenes.h5 --split test --count 3 --output pictures", says: ""),
      wrong: .fails(64, "scenes.h5 --count 0 --output x", says: "--count must be positive"),
      missing: .fails(
        1, "nowhere.h5 --output x",
        says: "nowhere.h5: there is no such file or folder; check the path"),
      refused: [
        .fails(
          1, "scenes.h5 --split test --count 3 --output pictures",
          says: "pictures/000052.jpg: is there already; give another --output, or --force to "
            + "replace it")
      ]),
    .init(
      "data build folder",
      right: .makes(
        "folder.h5", "pictures --unlabelled --hold-out 0.4 --output folder.h5",
        says: "folder.h5: 3 records, content …"),
      .makes(
        "folder.h5", "pictures --unlabelled --hold-out 0.4 --force --output folder.h5",
        says: "folder.h5: 3 records, content …"),
      .makes(
        "stored.h5", "pictures --unlabelled --color-profiles ignore --output stored.h5",
        says: "stored.h5: 3 records, content …"),
      wrong: .fails(
        1, "pictures --unlabelled --hold-out 2 --output x.h5",
        says: "x.h5: a hold-out of 2.0 is no fraction; give a number between 0 and 1"),
      missing: .fails(
        1, "nowhere --output x.h5", says: "nowhere: there is no such file or folder; check the path"
      ),
      refused: [
        .fails(
          1, "pictures --unlabelled --output scenes.h5",
          says: "scenes.h5: is there already; give another --output, or --force to replace it"),
        .fails(
          1, "pictures --unlabelled --force --output pictures/000052.jpg",
          says: "pictures/000052.jpg: is there and is not a dataset; give another --output, or "
            + "remove it"),
      ]),
    .init(
      "data build voc",
      right: .makes(
        "voc.h5", "VOCdevkit --year VOC2007 --color-profiles convert --output voc.h5",
        says: "voc.h5: 2 records, content …"),
      wrong: .fails(
        1, "VOCdevkit --year VOC1999 --output x.h5",
        says: "VOCdevkit/VOC1999: this is no year of a VOC devkit: it has no folder JPEGImages; …"),
      missing: .fails(
        1, "nowhere --output x.h5",
        says: "nowhere: this is no year of a VOC devkit: it has no folder JPEGImages; …")),
    .init(
      "data build coco",
      right: .makes(
        "coco.h5", "photographs instances.json --color-profiles ignore --output coco.h5",
        says: "coco.h5: 2 records, content …"),
      wrong: .fails(
        64, "photographs --output x.h5",
        says: "give pairs of a folder of pictures and its annotations"),
      missing: .fails(
        1, "photographs nowhere.json --output x.h5",
        says: "nowhere.json: there is no such file or folder"),
      refused: [
        .fails(
          1, "photographs instances.json --force --output ./instances.json",
          says: "./instances.json: is what this command reads; give another --output")
      ]),
    .init(
      "data build cifar",
      right: .makes("cifar.h5", "cifar --output cifar.h5", says: "cifar.h5: 6 records, content …"),
      wrong: .fails(
        1, "cifar --coarse --output x.h5", says: "cifar: CIFAR-10 has no coarse labels; …"),
      missing: .fails(
        1, "nowhere --output x.h5",
        says: "nowhere: there is neither data_batch_1.bin nor train.bin in it; …")),
    .init(
      "data build imagenet",
      right: .makes(
        "imagenet.h5", "imagenet --validation-labels imagenet.txt --output imagenet.h5",
        says: "imagenet.h5: 3 records, content …"),
      wrong: .fails(
        1, "imagenet --output x.h5",
        says: "imagenet/val: nothing says which classes its pictures have; name the list of them "
          + "(--validation-labels)"),
      missing: .fails(
        1, "nowhere --output x.h5", says: "nowhere/train: there is no such file or folder; …")),
    .init(
      "data build hdf5",
      right: .makes(
        "raw.h5", "arrays.h5=train --output raw.h5", says: "raw.h5: 2 records, content …"),
      wrong: .fails(
        1, "arrays.h5 --images labels --output x.h5",
        says: "arrays.h5 [labels]: it is int32 of shape [2], not bytes of N x H x W x 3, …"),
      missing: .fails(1, "nowhere.h5 --output x.h5", says: "nowhere.h5: …")),
    .init(
      "data build webdataset",
      right: .makes(
        "shard.h5", "shard.tar=train --output shard.h5", says: "shard.h5: 1 records, content …"),
      wrong: .fails(
        1, "instances.json --output x.h5",
        says: "instances.json: it is no tar archive; check the path"),
      missing: .fails(
        1, "nowhere.tar --output x.h5", says: "nowhere.tar: there is no such file or folder")),
    .init(
      "data merge",
      right: .makes(
        "merged.h5", "scenes.h5 folder.h5 --unlabelled --duplicates drop -o merged.h5",
        says: "merged.h5: 58 records, content …"),
      wrong: .fails(
        1, "scenes.h5 folder.h5 --output x.h5",
        says: "x.h5 [000052.jpg]: its kinds of annotation differ from those of the first record"),
      missing: .fails(
        1, "scenes.h5 nowhere.h5 --output x.h5",
        says: "nowhere.h5: there is no such file or folder; check the path")),
    .init(
      "data split",
      right: .makes(
        "halves.h5", "scenes.h5 half1=0.5 half2=0.5 --of trainval --output halves.h5",
        says: "halves.h5: 58 records, content …"),
      wrong: .fails(
        64, "scenes.h5 half1 --output x.h5",
        says: "'half1' is no NAME=FRACTION, such as half1=0.5"),
      missing: .fails(
        1, "nowhere.h5 a=0.5 --output x.h5",
        says: "nowhere.h5: there is no such file or folder; check the path")),
    .init(
      "data build cutouts",
      right: .makes(
        "cutouts.h5", "cutouts.json --pretrain 2 --trainval 2 --test 2 --output cutouts.h5",
        says: "semi-synthetic: 8 cut-outs of 2 classes on 2 photographs; …"),
      wrong: .fails(
        64, "cutouts.json --height 31 --output x.h5",
        says: "--width and --height must be at least 32"),
      missing: .fails(
        1, "nowhere.json --output x.h5", says: "nowhere.json: cannot read this file")),
    .init(
      "data inspect", right: .makes("", "scenes.h5", says: "file      scenes.h5"),
      wrong: .fails(64, "scenes.h5 folder.h5", says: "Unexpected argument 'folder.h5'"),
      missing: .fails(
        1, "nowhere.h5", says: "nowhere.h5: there is no such file or folder; check the path")),
    .init(
      "data show",
      right: .makes(
        "sheet.png sheet-labels.svg sheet-sizes.svg sheet-colors.svg",
        "scenes.h5 --count 4 --histograms --duplicates --output sheet.png",
        says: "4 of 58 records: sheet.png, sheet-labels.svg, sheet-sizes.svg, sheet-colors.svg"),
      .makes(
        "crops.png",
        "scenes.h5 --split train --count 2 --crops pretrain.yaml --epochs 2 --output crops.png",
        says: "2 of …"),
      .makes(
        "masks.png",
        "scenes.h5 --split trainval --count 2 --crops tune.yaml --task segment "
          + "--output masks.png",
        says: "2 of 12 records: masks.png"),
      wrong: .fails(
        64, "scenes.h5 --task segment --output x.png",
        says: "--set and --task say what --crops shows; give that, too"),
      missing: .fails(
        1, "nowhere.h5 --output x.png",
        says: "nowhere.h5: there is no such file or folder; check the path"),
      refused: [
        .fails(
          1, "scenes.h5 --records 7 --output x.png",
          says: "scenes.h5 [7]: there is no such record; ids are such as …"),
        .fails(
          64, "scenes.h5 --crops tune.yaml --task detect --output x.png",
          says: "--crops: detection learns from whole pictures"),
        .fails(
          1, "scenes.h5 --output sheet.png",
          says: "sheet.png: is there already; give another --output, or --force to replace it"),
      ]),
    .init(
      "data upgrade",
      right: .makes("", "scenes.h5", says: "scenes.h5: it is of version 2 already"),
      wrong: .fails(64, "scenes.h5 folder.h5", says: "Unexpected argument 'folder.h5'"),
      missing: .fails(1, "nowhere.h5", says: "nowhere.h5: …")),
    .init(
      "data verify",
      right: .makes(
        "", "scenes.h5",
        says: "58 records verified: every checksum agrees and every picture decodes"),
      wrong: .fails(64, "scenes.h5 --fast", says: "Unknown option '--fast'"),
      missing: .fails(
        1, "nowhere.h5", says: "nowhere.h5: there is no such file or folder; check the path")),
    .init(
      "data prior",
      right: .makes(
        "scenes.prior.json", "scenes.h5", says: "color (a, b)  share, %  weight at lambda 0.5"),
      .makes(
        "scenes.prior.json", "scenes.h5 --force",
        says: "color (a, b)  share, %  weight at lambda 0.5"),
      wrong: .fails(64, "scenes.h5 --threads 0", says: "--threads must be positive"),
      missing: .fails(
        1, "nowhere.h5", says: "nowhere.h5: there is no such file or folder; check the path"),
      refused: [
        .fails(
          1, "scenes.h5",
          says: "scenes.prior.json: is there already; give another --output, or --force to "
            + "replace it"),
        .fails(
          1, "scenes.h5 --force --output scenes.h5",
          says: "scenes.h5: is what this command reads; give another --output"),
      ]),
  ]
}
