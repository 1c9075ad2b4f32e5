internal import Foundation
public import Images

/// Cut-outs and backgrounds in memory.
public struct CutoutLibrary: Sendable {
  /// A photograph of one thing without its surroundings.
  public struct Cutout: Sendable {
    /// Its file, within the folder of cut-outs.
    public let name: String
    /// Its place in `classNames`.
    public let classIndex: Int
    /// RGBA, trimmed to what is not transparent.
    public let picture: Picture
  }

  /// A photograph of a place.
  public struct Background: Sendable {
    /// Its file name without the extension.
    public let name: String
    /// sRGB, at reduced size.
    public let picture: Picture
  }

  /// Names of the classes, sorted.
  public let classNames: [String]
  /// The cut-outs, by class and name.
  public let cutouts: [Cutout]
  /// The backgrounds, by name.
  public let backgrounds: [Background]
  /// Files that were left out since they are drawings, not photographs.
  public let drawings: [String]

  /// Reads all files once; pictures are reduced to `longestSide`, backgrounds to twice that.
  ///
  /// Left out are drawings (see `isPhotographic`), things of fewer than 600 pixels, and the mirror
  /// images that Tux Paint keeps beside its stamps (`_mirror`, `_flip`). A class without any
  /// cut-out is an error, as is a lack of backgrounds.
  public init(_ configuration: CutoutConfiguration, longestSide: Int = 400) throws {
    let files = try pictureFiles(configuration.cutouts, ending: ["png"]).filter { file in
      let parts = file.split(separator: "/").map(String.init)
      return configuration.without.isDisjoint(with: parts)
        && !file.hasSuffix("_mirror.png") && !file.hasSuffix("_flip.png")
    }
    var folders = configuration.classes
    if folders.isEmpty {
      for file in files {
        guard let slash = file.firstIndex(of: "/") else { continue }
        folders[String(file[..<slash])] = [String(file[..<slash])]
      }
    }
    classNames = folders.keys.sorted()
    var cutouts: [Cutout] = []
    var drawings: [String] = []
    for file in files {
      // The longest path that holds a file decides on its class.
      var best: (length: Int, classIndex: Int)?
      for (index, name) in classNames.enumerated() {
        for path in folders[name]! where file == path || file.hasPrefix(path + "/") {
          if path.count > best?.length ?? 0 { best = (path.count, index) }
        }
      }
      guard let best else { continue }
      let picture = try Picture(
        contentsOfFile: configuration.cutouts + "/" + file, as: .rgba)
      guard let trimmed = picture.trimmed() else { continue }
      guard trimmed.isPhotographic else {
        drawings.append(file)
        continue
      }
      cutouts.append(
        Cutout(
          name: file, classIndex: best.classIndex, picture: trimmed.reduced(to: longestSide)))
    }
    for (index, name) in classNames.enumerated() {
      guard cutouts.contains(where: { $0.classIndex == index }) else {
        throw CutoutError(
          "\(configuration.cutouts): no photographic cut-outs for class '\(name)' in "
            + folders[name]!.joined(separator: ", "))
      }
    }
    self.cutouts = cutouts.sorted { ($0.classIndex, $0.name) < ($1.classIndex, $1.name) }
    self.drawings = drawings
    backgrounds = try Self.backgrounds(configuration.backgrounds, longestSide: 2 * longestSide)
  }

  private init(_ whole: CutoutLibrary, cutouts: [Cutout], backgrounds: [Background]) {
    classNames = whole.classNames
    drawings = whole.drawings
    self.cutouts = cutouts
    self.backgrounds = backgrounds
  }

  /// Two libraries that share nothing: every `nth` cut-out of each class and every `nth` background
  /// go to the second, so that what is learned on the first can be tested on the second.
  ///
  /// Traps when `nth` is below 2; a class or a place with a single picture is an error.
  public func split(every nth: Int = 4) throws(CutoutError) -> (CutoutLibrary, CutoutLibrary) {
    precondition(nth >= 2, "CutoutLibrary.split: every \(nth)")
    var parts: [(cutouts: [Cutout], backgrounds: [Background])] = [([], []), ([], [])]
    for (index, name) in classNames.enumerated() {
      let own = cutouts.filter { $0.classIndex == index }
      guard own.count >= 2 else {
        throw CutoutError("class '\(name)' has one cut-out only and cannot be split")
      }
      let step = min(nth, own.count)
      for (place, cutout) in own.enumerated() {
        parts[place % step == step - 1 ? 1 : 0].cutouts.append(cutout)
      }
    }
    guard backgrounds.count >= 2 else {
      throw CutoutError("there is one background only and it cannot be split")
    }
    let step = min(nth, backgrounds.count)
    for (place, background) in backgrounds.enumerated() {
      parts[place % step == step - 1 ? 1 : 0].backgrounds.append(background)
    }
    return (
      CutoutLibrary(self, cutouts: parts[0].cutouts, backgrounds: parts[0].backgrounds),
      CutoutLibrary(self, cutouts: parts[1].cutouts, backgrounds: parts[1].backgrounds)
    )
  }

  private static func backgrounds(_ paths: [String], longestSide: Int) throws -> [Background] {
    var found: [Background] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CutoutError("\(path): there is no such background")
      }
      let files =
        isFolder.boolValue
        ? try pictureFiles(path, ending: ["jpg", "jpeg", "png"]).map { path + "/" + $0 } : [path]
      for file in files {
        let picture = try Picture(
          contentsOfFile: file, .reduced(width: longestSide, height: longestSide / 2))
        found.append(
          Background(
            name: URL(filePath: file).deletingPathExtension().lastPathComponent,
            picture: picture.reduced(to: longestSide)))
      }
    }
    guard !found.isEmpty else { throw CutoutError("no backgrounds in \(paths)") }
    return found.sorted { $0.name < $1.name }
  }
}

/// The picture files below a folder, sorted, as paths within it.
private func pictureFiles(_ folder: String, ending: Set<String>) throws(CutoutError) -> [String] {
  guard let walk = FileManager.default.enumerator(atPath: folder) else {
    throw CutoutError("\(folder): there is no such folder")
  }
  return walk.compactMap { $0 as? String }
    .filter { ending.contains(URL(filePath: $0).pathExtension.lowercased()) }.sorted()
}
