internal import Files
internal import Foundation
internal import Runs

/// What lies in the folders that a report is made of.
struct ReportFinder {
  private(set) var runs: [ReportRun] = []
  private(set) var galleries: [(name: String, path: String, results: UnitResults)] = []
  private(set) var dissections: [(name: String, comparison: DissectionComparison)] = []
  /// Pictures that are no part of a gallery or a run: colorizations, figures.
  private(set) var pictures: [(name: String, path: String)] = []
  /// What a run shows at its end, by its name: detections, segmentations.
  private(set) var shown: [String: [(name: String, path: String)]] = [:]
  /// What a run showed while it learned, by its name and in order.
  private(set) var frames: [String: [(step: Int, path: String)]] = [:]

  private static let deepest = 4

  /// Searches each folder and those in it; a folder without anything to report is an error.
  init(_ paths: [String]) throws {
    let lasts = paths.map { URL(filePath: $0).standardizedFileURL.lastPathComponent }
    for path in paths {
      let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      let (before, first) = (count, runs.count)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: trimmed, isDirectory: &isFolder),
        isFolder.boolValue
      else { throw RunError(path: path, problem: "is not a folder; name folders of runs") }
      let last = URL(filePath: trimmed).standardizedFileURL.lastPathComponent
      // Two folders of one name are told apart by what they lie in.
      let name = lasts.count { $0 == last } == 1 ? last : trimmed
      try search(trimmed, name: name, depth: 0)
      if count == before {
        throw RunError(
          path: path,
          problem: "holds no run, no units.json, no dissection.json and no pictures to report")
      }
      // In the order in which they were begun, which is that of the command or study; starts that
      // began in one second stand as the command names them.
      let order = runs[first...].enumerated().sorted { a, b in
        let keys = [a, b].map { run in
          (run.element.environment?.started ?? "", run.element.place ?? 0, run.offset)
        }
        return keys[0] < keys[1]
      }
      runs.replaceSubrange(first..., with: order.map(\.element))
    }
  }

  private var count: Int { runs.count + galleries.count + dissections.count + pictures.count }

  private mutating func search(_ path: String, name: String, depth: Int) throws {
    let names = try POSIXFiles.posix.list(path).sorted()
    let isRun = names.contains("configuration.yaml")
    if isRun {
      runs.append(try ReportRun(path, name: name))
      let folder = "\(path)/\(RunFolder.pictures)"
      for entry in try POSIXFiles.posix.exists(folder) ? POSIXFiles.posix.list(folder) : [] {
        guard let step = RunFolder.step(ofPicture: entry) else { continue }
        frames[name, default: []].append((step, "\(folder)/\(entry)"))
      }
      frames[name]?.sort { $0.step == $1.step ? $0.path < $1.path : $0.step < $1.step }
    }
    let isGallery = names.contains("units.json")
    if isGallery { galleries.append((name, path, try UnitGallery.results(in: path))) }
    if names.contains("dissection.json") {
      let file = "\(path)/dissection.json"
      do {
        dissections.append((name, try JSON.value(from: POSIXFiles.posix.read(file), .relaxed)))
      } catch let error as DecodingError {
        throw RunError(path: file, problem: "is not a dissection: \(error)")
      }
    }
    for entry in names where !entry.hasPrefix(".") {
      let inside = "\(path)/\(entry)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: inside, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        // Within a run, pictures over time are seen to, and results are files for servers.
        let isKnown = isRun && [RunFolder.pictures, "results"].contains(entry)
        if depth < Self.deepest, entry != "checkpoints", entry != "strips", !isKnown {
          try search(inside, name: "\(name)/\(entry)", depth: depth + 1)
        }
      } else if !isGallery, Self.isPicture(entry), Self.isShown(entry, among: names) {
        if isRun {
          shown[name, default: []].append((entry, inside))
        } else {
          pictures.append(("\(name)/\(entry)", inside))
        }
      }
    }
  }

  private static func isPicture(_ name: String) -> Bool {
    [".png", ".jpg", ".jpeg"].contains { name.lowercased().hasSuffix($0) }
  }

  /// Whether a picture says something on its own: where there is a sheet, its single pictures do
  /// not; a folder of many pictures without a sheet shows none.
  private static func isShown(_ name: String, among names: [String]) -> Bool {
    let sheets = names.filter { isPicture($0) && $0.contains("sheet") }
    return sheets.isEmpty ? names.count(where: isPicture) <= 12 : sheets.contains(name)
  }
}
