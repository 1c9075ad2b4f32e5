import Foundation
import TestSupport
import Testing

/// Files of every schema that was ever written stay readable: `Golden/make_old.sh` made them.
///
/// Data sets and proposals of schema 1 are in `DatasetsTests`, runs of the first names of layers
/// in `VOCTransferTests`.
@Suite(.serialized) struct OldFileTests {
  /// The folders, by the month in which a schema began.
  static let ages = ["2026-12"]

  private let folder = NSTemporaryDirectory() + "pigment-old-\(UUID())"

  private func pigment(_ line: String) throws -> Program.Outcome {
    try Program.run(
      "/usr/bin/env",
      ["OMP_NUM_THREADS=1", Program.pigment] + line.split(separator: " ").map(String.init),
      in: folder)
  }

  @Test(arguments: ages) func whatWasWrittenThenIsReadNow(_ age: String) throws {
    let kept = SharedData.packagePath("Tests/CommandTests/Golden/\(age)")
    try FileManager.default.copyItem(atPath: kept, toPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (line, words) in [
      ("data verify data.h5", "10 records verified"),
      ("data inspect features.h5", "all is as it was written"),
      ("data inspect proposals.h5", "all is as it was written"),
      ("proposals recall data.h5 proposals.h5", "objects"),
      ("export --check archive.safetensors", "read back strictly"),
      ("extract archive.safetensors data.h5 --layer relu5_3 --pool max --output new.h5", "new.h5"),
      ("export run --output new.safetensors --pictures 0", "new.safetensors"),
      ("resume run", "run: finished"),
      ("report run --output page.html", "page.html"),
      ("study report study.yaml --output study --no-figures", "report.md"),
      // Finished steps count as done.
      ("study run study.yaml --output study --threads 1", "study: finished"),
    ] {
      let found = try pigment(line)
      #expect(found.status == 0 && found.output.contains(words), "\(line): \(found.output)")
    }
    #expect(
      FileManager.default.fileExists(atPath: "\(folder)/run/checkpoints/step-4.ckpt"))
  }

  /// What is read must be what was written: a byte less is noticed.
  @Test(arguments: ages) func damageInOldFilesIsNoticed(_ age: String) throws {
    let kept = SharedData.packagePath("Tests/CommandTests/Golden/\(age)")
    try FileManager.default.copyItem(atPath: kept, toPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (file, line) in [
      ("data.h5", "data verify data.h5"),
      ("archive.safetensors", "export --check archive.safetensors"),
      ("run/checkpoints/step-2.ckpt", "export run --output new.safetensors --pictures 0"),
    ] {
      let path = "\(folder)/\(file)"
      var bytes = try #require(FileManager.default.contents(atPath: path))
      // Within a picture, or within the numbers of tensors.
      let picture = bytes.range(of: Data([0xFF, 0xD8, 0xFF]))
      bytes[picture.map { $0.upperBound + 300 } ?? bytes.count * 2 / 3] ^= 1
      try bytes.write(to: URL(filePath: path))
      let found = try pigment(line)
      #expect(found.status == 1, "\(line): \(found.output)")
    }
  }
}
