internal import Files
internal import Glibc

/// The regular files in a tar archive and where their bytes lie; nothing else of it is read.
///
/// Reads the ustar, pax and GNU forms. Every size is compared with the file's before it is
/// believed; links, devices and folders are passed over.
///
/// - Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
struct TarIndex {
  struct Member: Sendable {
    let name: String
    let range: Range<Int>
  }

  let path: String
  private(set) var members: [Member] = []

  private static let block = 512
  /// The longest extended header that is read; real ones have some hundred bytes.
  private static let longestHeader = 1 << 20

  init(reading path: String) throws(DatasetError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DatasetError(file: path, problem: FileError.reason()) }
    defer { close(descriptor) }
    let size = try fileSize(path)
    let start = try readExactly(descriptor, at: 0, count: min(size, 6), file: path)
    if start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || start.starts(with: Array("BZh".utf8)) || start.starts(with: [0xFD, 0x37, 0x7A])
    {
      throw error("", "it is compressed", "unpack it to a plain .tar first (gunzip, unxz, unzstd)")
    }
    var (place, named) = (0, Extension())
    while place + Self.block <= size {
      let header = try readExactly(descriptor, at: place, count: Self.block, file: path)
      if header.allSatisfy({ $0 == 0 }) { return }
      let fields = try fields(header, place, named)
      let content = place + Self.block
      guard fields.size <= size - content else {
        throw error(fields.name, "the archive ends within it", "copy the file again")
      }
      switch fields.kind {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
        members.append(Member(name: fields.name, range: content..<content + fields.size))
        named = Extension()
      case UInt8(ascii: "x"), UInt8(ascii: "L"):
        guard fields.size <= Self.longestHeader else {
          throw error(fields.name, "a header of \(fields.size) bytes", "make the archive anew")
        }
        let bytes = try readExactly(descriptor, at: content, count: fields.size, file: path)
        if fields.kind == UInt8(ascii: "L") {
          named.name = text(bytes)
        } else {
          try named.read(bytes, in: self)
        }
      case UInt8(ascii: "g"): break
      default: named = Extension()
      }
      place = content + (fields.size + Self.block - 1) / Self.block * Self.block
    }
    guard place >= size || !members.isEmpty else {
      throw error("", "it is no tar archive", "check the path")
    }
  }

  /// What an extended header says of the file after it.
  private struct Extension {
    var name: String?
    var size: Int?

    /// Reads records "LENGTH KEY=VALUE\n".
    mutating func read(_ bytes: [UInt8], in archive: TarIndex) throws(DatasetError) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let digits = rest.prefix { $0 != UInt8(ascii: " ") }
        guard let length = Int(archive.text(Array(digits)) ?? ""), length > digits.count + 1,
          length <= rest.count
        else {
          throw archive.error("", "an extended header has no length", "make the archive anew")
        }
        let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
        rest = rest.dropFirst(length)
        let key = record.prefix { $0 != UInt8(ascii: "=") }
        let value = archive.text(Array(record.dropFirst(key.count + 1)))
        if key.elementsEqual("path".utf8) { name = value }
        if key.elementsEqual("size".utf8) { size = value.flatMap { Int($0) } }
      }
    }
  }

  /// The name, the size and the kind that a header tells.
  private func fields(
    _ header: [UInt8], _ place: Int, _ named: Extension
  ) throws(DatasetError) -> (name: String, size: Int, kind: UInt8) {
    // The sum counts its own eight bytes as blanks.
    let sum = header.reduce(0) { $0 + Int($1) } - header[148..<156].reduce(0) { $0 + Int($1) } + 256
    guard number(header[148..<156]) == sum else {
      throw error(
        "byte \(place)", place == 0 ? "it is no tar archive" : "the header here is damaged",
        place == 0 ? "check the path" : "copy the file again")
    }
    let isUstar = header[257..<262].elementsEqual("ustar".utf8)
    // GNU's form uses the prefix's place for other things.
    let isPOSIX = isUstar && header[262] == 0
    let prefix = isPOSIX ? text(Array(header[345..<500])) ?? "" : ""
    guard let plain = named.name ?? text(Array(header[..<100])) else {
      throw error("byte \(place)", "a name is not UTF-8", "rename that file")
    }
    guard let size = named.size ?? number(header[124..<136]), size >= 0 else {
      throw error(plain, "its size is no number", "make the archive anew")
    }
    let name = named.name == nil && !prefix.isEmpty ? "\(prefix)/\(plain)" : plain
    return (name, size, header[156])
  }

  /// The text before the first zero.
  private func text(_ bytes: [UInt8]) -> String? {
    String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// An octal number, or a binary one where the first bit is set.
  private func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      var value = Int(first & 0x7F)
      for byte in field.dropFirst() {
        guard value < 1 << 55 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let digits = field.filter { $0 != 0 && $0 != UInt8(ascii: " ") }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  func error(_ record: String, _ problem: String, _ remedy: String) -> DatasetError {
    DatasetError(file: path, record: record, problem: problem, remedy: remedy)
  }
}
