import Foundation
import TestSupport

extension CommandCase {
  /// The realism test with people.
  static let realism: [CommandCase] = [
    .init(
      "realism plan",
      right: .makes(
        "realism/study.json realism/pictures/truth realism/pictures/random "
          + "realism/pictures/method-0 realism/pictures/method-1 realism/pictures/method-2",
        "gray net=run own=named scenes.h5 --split train --size 64 --count 16 --practice 2 "
          + "--trials 12 --people 4 --output realism",
        says: "people       standard deviation, points  found with power 0.8, points"
      ) { bench in
        // Pictures of another program, called as the photographs are.
        let found = try bench.pigment("data export scenes.h5 --split train --output named")
        guard found.status == 0 else { throw NotBuilt(path: found.errors) }
      },
      wrong: .fails(
        64, "gray scenes.h5 --trials 2 --vigilance 2 --output x",
        says: "no trial is left to count: trials must be more than vigilance"),
      missing: .fails(1, "gray nowhere.h5 --output x", says: "nowhere.h5: …"),
      refused: [
        .fails(
          64, "paint scenes.h5 --output x",
          says: "'paint' is no method; there are truth, gray, random, welsh, charpiat, gupta, "
            + "NAME=RUN and NAME=FOLDER of pictures"),
        .fails(
          1, "gray scenes.h5 --split test --output x",
          says: "scenes.h5: 6 pictures are too few: a person sees 50, none twice; …"),
        .fails(
          1, "own=pictures scenes.h5 --split train --practice 2 --trials 12 --output x",
          says: "pictures: has no picture called …"),
        .fails(
          1, "gray scenes.h5 --output realism",
          says: "realism: holds a study already, which stays as it was decided; give another "
            + "--output"),
      ]),
    .init(
      "realism serve",
      right: .makes(
        "realism/invitation", "realism --port 0 --dry-run", says: "open http://127.0.0.1:…"),
      wrong: .fails(64, "realism --port 70000", says: "--port is 0 to 65535"),
      missing: .fails(
        1, "nowhere", says: "nowhere: holds no study; pigment realism plan makes one"),
      refused: [
        .fails(
          64, "realism --host 0.0.0.0",
          says: "--host 0.0.0.0 needs --name: the name or address by which others open the page")
      ]),
    .init(
      "realism simulate",
      right: .makes(
        "realism/votes.jsonl", "realism --people 6 --rate net=45",
        says: "realism/votes.jsonl: 6 simulated people; next: pigment realism report realism"),
      wrong: .fails(
        64, "realism --rate paint=10", says: "--rate paint=10: the study has gray, net, own"),
      missing: .fails(
        1, "nowhere", says: "nowhere: holds no study; pigment realism plan makes one"),
      refused: [
        .fails(
          1, "realism", says: "realism/votes.jsonl: holds people already; plan another study")
      ]),
    .init(
      "realism report",
      right: .makes(
        "realism/report/report.html realism/report/report.md realism/report/methods.csv "
          + "realism/report/differences.csv "
          + "realism/report/people.csv realism/report/pictures.csv realism/report/votes.csv "
          + "realism/report/votes.h5 realism/report/sheet.png",
        "realism --resamples 50", says: "method  people  trials  …"),
      wrong: .fails(
        64, "realism --resamples 0", says: "--resamples and --sheet-pictures must be positive"),
      missing: .fails(
        1, "nowhere", says: "nowhere: holds no study; pigment realism plan makes one"),
      refused: [
        .fails(
          1, "realism",
          says: "realism/report/methods.csv: is there already; give another --output, or --force "
            + "to replace it")
      ]),
    .init(
      "realism forget",
      right: .makes(
        "realism/votes.jsonl", "realism P2",
        says: "realism/votes.jsonl: nothing of P2 is left but a note that it was; "
          + "realism/report showed them and was removed: report again"),
      wrong: .fails(
        64, "realism two", says: "'two' is no person; they are called P1, P2 and so on"),
      missing: .fails(
        1, "nowhere P1", says: "nowhere: holds no study; pigment realism plan makes one"),
      refused: [
        .fails(
          1, "realism P2", says: "realism/votes.jsonl: knows no P2, or has forgotten them")
      ]),
  ]
}
