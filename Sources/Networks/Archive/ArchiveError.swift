/// A tensor archive that cannot be read, or that does not hold what was asked of it.
public struct ArchiveError: Error, Equatable, CustomStringConvertible {
  /// The file, or what stands for it where the bytes came from memory.
  public let file: String
  /// The tensor, where one is at fault.
  public let tensor: String?
  /// What is wrong and what would help.
  public let problem: String

  /// An error about a tensor of a file, or about the whole of it.
  public init(file: String, tensor: String? = nil, problem: String) {
    self.file = file
    self.tensor = tensor
    self.problem = problem
  }

  /// File, tensor and problem.
  public var description: String {
    "\(file): " + (tensor.map { "tensor '\($0)': " } ?? "") + problem
  }
}
