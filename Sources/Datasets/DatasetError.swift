/// Something wrong with a dataset, with the files that one is built from, or with what was
/// measured of one.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file concerned.
  public let file: String
  /// The record, object or line inside the file; empty where the file itself is meant.
  public let record: String
  /// What is wrong.
  public let problem: String
  /// What can be done about it; empty where nothing but another file helps.
  public let remedy: String
  /// The record that is damaged and could be left out (`DamagedRecords`); nil where something else
  /// is wrong.
  public private(set) var damage: DamagedRecords.Damage?

  /// An error in this file, and this record of it.
  public init(file: String, record: String = "", problem: String, remedy: String = "") {
    (self.file, self.record, self.problem, self.remedy) = (file, record, problem, remedy)
  }

  /// The same of a record that could be left out.
  func of(_ damage: DamagedRecords.Damage) -> DatasetError {
    var error = self
    error.damage = damage
    return error
  }

  /// One line: file, record, problem, remedy.
  public var description: String {
    file + (record.isEmpty ? "" : " [\(record)]") + ": " + problem
      + (remedy.isEmpty ? "" : "; " + remedy)
  }
}
