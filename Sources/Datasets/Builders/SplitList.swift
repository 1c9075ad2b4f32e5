/// A split that a text file lists: one id on each line, in the order of the split.
public struct SplitList: Sendable, Hashable {
  /// What the split is called.
  public var name: String
  /// The text file.
  public var path: String

  /// The split `name`, listed in the file at `path`.
  public init(_ name: String, path: String) { (self.name, self.path) = (name, path) }

  /// The positions of the listed records. An id may leave out the ending of its picture's file
  /// where that is not ambiguous; one that is not there, or there twice, is an error that names
  /// the line.
  func indices(in ids: [String]) throws(DatasetError) -> [Int] {
    var positions: [Substring: Int] = [:]
    for (position, id) in ids.enumerated() {
      positions[id[...]] = position
      let stem = id.withoutEnding
      if stem.count < id.count { positions[stem] = positions[stem] == nil ? position : -1 }
    }
    var (indices, seen): ([Int], Set<Int>) = ([], [])
    for line in try lines(of: path) {
      func error(_ problem: String, _ remedy: String) -> DatasetError {
        DatasetError(file: path, record: "line \(line.number)", problem: problem, remedy: remedy)
      }
      guard line.words.count == 1 else {
        throw error("it is not one picture id", "write one id on each line")
      }
      guard let position = positions[line.words[0]] else {
        let like = ids.first.map { ", which are like '\($0)'" } ?? ""
        throw error("there is no record '\(line.words[0])'", "name records by their ids\(like)")
      }
      guard position >= 0 else {
        throw error(
          "'\(line.words[0])' may be one of several records", "write the ending of the file too")
      }
      guard seen.insert(position).inserted else {
        throw error("'\(line.words[0])' is listed twice", "list it once")
      }
      indices.append(position)
    }
    guard !indices.isEmpty else {
      throw DatasetError(
        file: path, problem: "the split '\(name)' is empty", remedy: "list ids, or leave it out")
    }
    return indices
  }
}

extension DatasetWriter {
  /// Adds the splits that text files list.
  mutating func addSplits(_ lists: [SplitList]) throws(DatasetError) {
    for list in lists { try addSplit(list.name, list.indices(in: ids)) }
  }
}

extension String {
  /// The name without the ending of a picture's file.
  var withoutEnding: Substring {
    for ending in [".jpg", ".jpeg", ".png"] where lowercased().hasSuffix(ending) {
      return dropLast(ending.count)
    }
    return self[...]
  }
}
