internal import Compression
internal import Networks

/// The members of a zip file: stored or deflated, of 32 or 64 bits, as PyTorch and zip programs
/// write them.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3.10.
struct ZipFile {
  /// A file in the zip file.
  struct Member {
    let name: String
    let isDeflated: Bool
    /// Bytes that it takes.
    let stored: Int
    /// Bytes that it has.
    let size: Int
    let checksum: UInt32
    /// Where its own header stands.
    let header: Int
  }

  /// What a zip file begins with.
  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  let file: FileBytes
  /// The members by their names.
  let members: [String: Member]

  /// Reads the directory; what contradicts the format is an error.
  init(_ path: String) throws(ArchiveError) {
    file = try FileBytes(path)
    members = try ZipDirectory.members(of: file)
  }

  func failure(_ problem: String) -> ArchiveError { .init(file: file.path, problem: problem) }

  /// All bytes of a member, compared with its checksum; `limit` is the most that it may have.
  func bytes(of name: String, limit: Int = .max) throws(ArchiveError) -> [UInt8] {
    guard let member = members[name] else { throw failure("has no member '\(name)'") }
    guard member.size <= limit else {
      throw failure("has a member '\(name)' of \(member.size) bytes; there are at most \(limit)")
    }
    let offset = try place(of: member)
    var bytes = try file.bytes(at: offset, count: member.stored)
    if member.isDeflated {
      do { bytes = try Inflate.bytes(of: bytes, .none, limit: member.size) } catch {
        throw failure("is damaged: member '\(name)': \(error)")
      }
    }
    var checksum = CRC32()
    bytes.withUnsafeBytes { checksum.add($0) }
    guard bytes.count == member.size, checksum.value == member.checksum else {
      throw failure("is damaged: member '\(name)' does not have the checksum it was written with")
    }
    return bytes
  }

  /// Where the bytes of a member begin: behind its own header, which must agree with the directory.
  private func place(of member: Member) throws(ArchiveError) -> Int {
    var header = ByteStream(
      try file.bytes(at: member.header, count: 30), of: file.path, "a member's header")
    let damaged = failure("is damaged: the header of member '\(member.name)' is another's")
    guard try header.take(4) == Self.signature else { throw damaged }
    try header.skip(4)
    let method = try header.number(2)
    try header.skip(16)
    let (nameSize, extra) = (Int(try header.number(2)), Int(try header.number(2)))
    let name = try file.bytes(at: member.header + 30, count: nameSize)
    guard method == (member.isDeflated ? 8 : 0), name.elementsEqual(member.name.utf8) else {
      throw damaged
    }
    return member.header + 30 + nameSize + extra
  }
}
