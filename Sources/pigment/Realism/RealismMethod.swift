internal import ArgumentParser
internal import ColorScience
internal import Colorization
internal import Foundation
internal import Images
internal import Processes
internal import Runs
internal import Tensors

/// What a command line names as a method of the realism test.
struct RealismMethod {
  /// The methods that need no file, by their words.
  enum Word: String, CaseIterable {
    case truth, gray, random, welsh, charpiat, gupta

    var method: ColorMethod {
      switch self {
      case .truth: .init(rawValue, .truth)
      case .gray: .init(rawValue, .gray)
      case .random: .init(rawValue, .random)
      case .welsh: .init(rawValue, .transfer(.init()))
      case .charpiat: .init(rawValue, ColorMethod.charpiat.way)
      case .gupta: .init(rawValue, ColorMethod.gupta.way)
      }
    }
  }

  private enum Way {
    case color(ColorMethod)
    /// Pictures that another program made: files by the stems of their names.
    case folder([String: String], path: String)
  }

  /// What tables call it.
  let name: String
  private let way: Way

  /// A word, `NAME=CHECKPOINT`, `NAME=RUN` or `NAME=FOLDER` of pictures called as the photographs
  /// are.
  init(_ text: String, temperature: Double, on device: Device) throws {
    if let word = Word(rawValue: text) {
      (name, way) = (text, .color(word.method))
      return
    }
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "'\(text)' is no method; there are \(words), NAME=RUN and NAME=FOLDER of pictures")
    }
    name = parts[0]
    let path = parts[1]
    let isRun = FileManager.default.fileExists(atPath: "\(path)/configuration.yaml")
    var isFolder: ObjCBool = false
    if !isRun, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      let files = try PictureList([path]).entries.map { (Self.stem($0.file), $0.file) }
      way = .folder(Dictionary(files) { first, _ in first }, path: path)
      return
    }
    let found = try CheckpointOrigin.found(at: path)
    for warning in found.warnings { Output.warn(warning) }
    way = .color(
      .init(
        name,
        .network(try Colorizer.load(found.checkpoint, on: device), .temperature(temperature))))
  }

  /// Throws where a folder lacks one of the photographs.
  func requirePictures(called names: [String]) throws {
    switch way {
    case .color: break
    case .folder(let files, let path):
      for name in names { _ = try Self.file(of: name, files, path) }
    }
  }

  /// Pictures as the method colors them.
  func painted(_ subjects: [ColorMethod.Subject]) throws -> [Picture] {
    switch way {
    case .color(let method): return try method.painted(subjects)
    case .folder(let files, let path):
      return try subjects.map { subject in
        let file = try Self.file(of: subject.name, files, path)
        let found = try Picture(contentsOfFile: file).withThreeChannels()
        let side = Double(min(found.width, found.height))
        return found.croppedAndResized(
          x: (Double(found.width) - side) / 2, y: (Double(found.height) - side) / 2, width: side,
          height: side, toWidth: subject.picture.width, toHeight: subject.picture.height)
      }
    }
  }

  private static func file(
    of name: String, _ files: [String: String], _ path: String
  ) throws -> String {
    guard let file = files[stem(name)] else {
      throw OutputError(
        path: path,
        problem: "has no picture called \(stem(name)) (.png or .jpg), as the photograph is")
    }
    return file
  }

  private static func stem(_ name: String) -> String {
    ((name as NSString).lastPathComponent as NSString).deletingPathExtension
  }
}
