import Datasets
import Foundation
import HDF5
import Images
import TestSupport
import Testing

/// Data sets of which something fails or is changed, and what of it is noticed.
@Suite struct DatasetFaultTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }

  private func write(_ first: Int, on files: FaultyFiles = FaultyFiles(at: 0)) throws {
    var writer = try DatasetWriter(creating: path, classes: ["cat", "dog"], source: "a test")
    for index in 0..<6 {
      try writer.append(
        DatasetRecord(
          id: "picture \(first + index)", image: Samples.jpeg(24, 16, seed: first + index),
          label: index % 2, presence: [1, -1],
          boxes: [
            BoxAnnotation(
              box: Box(xMin: 1, yMin: 2, xMax: Float(3 + index), yMax: 9), classIndex: index % 2,
              isDifficult: false)
          ], mask: Samples.mask(24, 16, 1)))
    }
    try writer.addSplit("train", [3, 0, 1])
    try writer.addSplit("test", [4, 5])
    _ = try writer.finish(on: files)
  }

  private func bytes() throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

  @Test(arguments: [ENOSPC, EIO]) func noFailureReplacesADataset(code: Int32) throws {
    try write(10)
    let new = try bytes()
    let counter = FaultyFiles(at: 0)
    try write(0, on: counter)
    let old = try bytes()
    for call in 1...counter.calls {
      try Samples.write(old, path)
      #expect(throws: DatasetError.self, "call \(call)") {
        try write(10, on: FaultyFiles(at: call, code))
      }
      let found = try bytes()
      #expect(found == old || (found == new && call == counter.calls), "call \(call)")
      #expect(folder.names == ["d.h5"])
    }
  }

  /// All that training reads of a data set.
  private struct Content: Equatable {
    var words: [String] = []
    var numbers: [[Int]] = []
    var files: [[UInt8]] = []

    init(_ path: String) throws {
      let data = try Dataset(opening: path)
      words = data.ids + data.classes + [data.contentSHA256]
      for (name, records) in data.splits.sorted(by: { $0.key < $1.key }) {
        words.append(name)
        numbers.append(records)
      }
      for record in 0..<data.count {
        numbers.append([data.label(of: record) ?? -9])
        numbers.append(data.presence(of: record)?.map { Int($0) } ?? [])
        words.append("\(data.boxes(of: record)) \(data.size(of: record))")
        files.append(try data.bytes(of: record))
        files.append(try data.maskBytes(of: record) ?? [])
      }
    }
  }

  /// Seeded changes of a file: bytes, numbers and runs of them, and ends that are gone.
  static func mutant(_ whole: [UInt8], _ seed: Int) -> [UInt8] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(max(1, limit)))
    }
    var bytes = whole
    for _ in 0...next(3) {
      let place = next(bytes.count)
      switch next(6) {
      case 0: bytes[place] ^= 1 << UInt8(next(8))
      case 1: bytes[place] = UInt8(next(256))
      case 2: for at in place..<min(place + 8, bytes.count) { bytes[at] = 0xFF }
      case 3: for at in place..<min(place + 4, bytes.count) { bytes[at] = 0 }
      case 4:
        let (from, count) = (next(bytes.count), 1 + next(64))
        for at in 0..<count where place + at < bytes.count && from + at < bytes.count {
          bytes[place + at] = whole[from + at]
        }
      default: if next(8) == 0 { bytes.removeLast(next(bytes.count)) }
      }
      if bytes.isEmpty { return [0] }
    }
    return bytes
  }

  @Test func aChangedDatasetIsRefusedOrTheSame() throws {
    try write(0)
    let whole = try bytes()
    let content = try Content(path)
    var (refused, same) = (0, 0)
    let clock = ContinuousClock()
    for seed in 1...1000 {
      try Samples.write(Self.mutant(whole, seed), path)
      let time = clock.measure {
        guard let found = try? Content(path) else {
          refused += 1
          return
        }
        same += 1
        #expect(found == content, "mutant \(seed) was believed")
      }
      #expect(time < Self.hang, "mutant \(seed) took \(time)")
    }
    #expect(refused > 300 && refused + same == 1000, "\(refused) refused")
  }

  /// In a process of its own, whose memory is that of this test alone.
  @Test func changedFilesOfVersion1AreReadOrRefused() async {
    await #expect(processExitsWith: .success) {
      for name in ["dataset-version1.h5", "proposals-version1.h5"] {
        try DatasetFaultTests().readMutants(of: name)
      }
      // The system's count of resources goes on over the start of a program, this one does not.
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let peak = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) })
      #expect(peak < 1 << 19, "\(peak) kB were in memory")
    }
  }

  private func readMutants(of name: String) throws {
    let whole = try [UInt8](
      Data(contentsOf: URL(filePath: SharedData.packagePath("Tests/DatasetsTests/Golden/\(name)"))))
    for seed in 1...1000 {
      try Samples.write(Self.mutant(whole, seed), path)
      let time = ContinuousClock().measure {
        _ = try? Content(path)
        guard let file = try? HDF5File(reading: path) else { return }
        Self.readAll("/", of: file)
      }
      #expect(time < Self.hang, "mutant \(seed) took \(time)")
    }
  }

  /// What takes so long hangs, on a busy machine too.
  private static let hang = Duration.seconds(10)

  /// Reads every dataset and attribute below a group, whatever comes of it.
  static func readAll(_ group: String, of file: HDF5File) {
    for name in (try? file.attributeNames(of: group)) ?? [] {
      _ = try? file.attribute(name, of: group, as: [String].self)
    }
    for member in (try? file.members(of: group)) ?? [] {
      let path = group == "/" ? "/\(member)" : "\(group)/\(member)"
      guard let dataset = try? file.dataset(path) else {
        readAll(path, of: file)
        continue
      }
      _ = try? dataset.read(as: String.self)
      _ = try? dataset.read(as: Int.self)
      _ = try? dataset.read(as: Double.self)
    }
  }

  @Test func filesOfVersion1AreReadAndUpgraded() throws {
    let old = SharedData.packagePath("Tests/DatasetsTests/Golden/dataset-version1.h5")
    let before = try Content(old)
    #expect(try Dataset(opening: old).summary().version == 1)
    #expect(try DatasetUpgrade.run(old, to: path))
    #expect(try Content(path) == before)
    #expect(try Dataset(opening: path).summary().version == 2)
    #expect(try Dataset(opening: path).verify().isSound)
    #expect(try !DatasetUpgrade.run(path, to: path))
    let file = try HDF5File(reading: path)
    #expect(file.isSealed)
    guard case .string(_?) = try file.dataset("ids").type else {
      Issue.record("ids have the type \(try file.dataset("ids").type)")
      return
    }
    // A label that was changed is not made true by writing it anew.
    var changed = try [UInt8](Data(contentsOf: URL(filePath: old)))
    let crc = try HDF5File(reading: old).dataset("labels/multilabel").fileOffset
    changed[try #require(crc)] ^= 2
    try Samples.write(changed, path)
    #expect(throws: DatasetError.self) { try DatasetUpgrade.run(path, to: folder.file("new.h5")) }
    #expect(folder.names == ["d.h5"])
  }
}
