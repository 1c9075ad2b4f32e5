/// What the JSON header of a safetensors file says, in the order it says it.
struct SafetensorsHeader {
  struct Tensor {
    var name: String
    var type: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  var metadata: [String: String] = [:]
  var tensors: [Tensor] = []

  /// Parses the header's bytes; `problem`s come with the tensor they are about.
  init(parsing bytes: [UInt8]) throws(HeaderProblem) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw HeaderProblem("the header does not begin with '{'")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw HeaderProblem("the header is not UTF-8")
    }
    var json = HeaderScanner(bytes)
    var names: Set<String> = []
    try json.object { (name, json) throws(HeaderProblem) in
      guard names.insert(name).inserted else {
        throw HeaderProblem("stands twice in the header", tensor: name)
      }
      if name == TensorArchive.metadataKey {
        try json.object { (key, json) throws(HeaderProblem) in
          let value = try json.string()
          if self.metadata.updateValue(value, forKey: key) != nil {
            throw HeaderProblem("metadata key '\(key)' stands twice")
          }
        }
      } else {
        do throws(HeaderProblem) { self.tensors.append(try Self.tensor(name, &json)) } catch {
          throw HeaderProblem(error.problem, tensor: name)
        }
      }
    }
    try json.padding()
  }

  private static func tensor(
    _ name: String, _ json: inout HeaderScanner
  ) throws(HeaderProblem) -> Tensor {
    var (type, shape, offsets): (ElementType?, [Int]?, [Int]?)
    try json.object { (key, json) throws(HeaderProblem) in
      switch key {
      case "dtype" where type == nil:
        let text = try json.string()
        type = ElementType(rawValue: text)
        if type == nil { throw HeaderProblem("type '\(text)' is not one of the format") }
      case "shape" where shape == nil: shape = try json.integers()
      case "data_offsets" where offsets == nil: offsets = try json.integers()
      case "dtype", "shape", "data_offsets": throw HeaderProblem("'\(key)' stands twice")
      default: throw HeaderProblem("'\(key)' is not part of the format")
      }
    }
    guard let type else { throw HeaderProblem("'dtype' is missing") }
    guard let shape else { throw HeaderProblem("'shape' is missing") }
    guard let offsets else { throw HeaderProblem("'data_offsets' are missing") }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw HeaderProblem("'data_offsets' \(offsets) are not a begin and an end")
    }
    guard let count = type.byteCount(of: shape), count == offsets[1] - offsets[0] else {
      throw HeaderProblem(
        "\(type.rawValue) of shape \(shape) does not fill the bytes \(offsets[0])..<\(offsets[1])")
    }
    return Tensor(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }
}

/// What is wrong with a header, and with which tensor.
struct HeaderProblem: Error {
  var tensor: String?
  var problem: String

  init(_ problem: String, tensor: String? = nil) {
    self.tensor = tensor
    self.problem = problem
  }
}
