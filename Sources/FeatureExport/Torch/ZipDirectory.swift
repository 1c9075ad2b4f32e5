internal import Compression
internal import Networks

/// Reads the directory at the end of a zip file.
enum ZipDirectory {
  /// The most bytes that a directory may have: half a million names.
  private static let limit = 1 << 26

  static func members(of file: FileBytes) throws(ArchiveError) -> [String: ZipFile.Member] {
    func failure(_ problem: String) -> ArchiveError { .init(file: file.path, problem: problem) }
    let place = try place(in: file)
    guard place.size <= limit else {
      throw failure("has a directory of \(place.size) bytes; there are at most \(limit)")
    }
    var stream = ByteStream(
      try file.bytes(at: place.offset, count: place.size), of: file.path, "its directory")
    var members: [String: ZipFile.Member] = [:]
    while stream.left > 0 {
      let member = try member(&stream)
      guard member.name.last != "/" else { continue }
      guard member.isDeflated || member.stored == member.size,
        !member.isDeflated || member.size <= Inflate.largestSize(of: member.stored)
      else {
        throw failure(
          "is damaged: \(member.stored) bytes of member '\(member.name)' cannot be the "
            + "\(member.size) that it says")
      }
      guard members.updateValue(member, forKey: member.name) == nil else {
        throw failure("has two members '\(member.name)'")
      }
    }
    // Folders are counted, too.
    guard members.count <= place.count else {
      throw failure("is damaged: its directory has more members than it says")
    }
    return members
  }

  /// The next member of the directory.
  private static func member(_ stream: inout ByteStream) throws(ArchiveError) -> ZipFile.Member {
    guard try stream.number(4) == 0x0201_4B50 else {
      throw stream.failure("is damaged: its directory has a member without a signature")
    }
    try stream.skip(4)
    let flags = try stream.number(2)
    let method = try stream.number(2)
    try stream.skip(4)
    let checksum = UInt32(try stream.number(4))
    var stored = Int(try stream.number(4))
    var size = Int(try stream.number(4))
    let nameSize = Int(try stream.number(2))
    let extraSize = Int(try stream.number(2))
    let commentSize = Int(try stream.number(2))
    try stream.skip(8)
    var header = Int(try stream.number(4))
    let name = try stream.text(nameSize)
    var extra = ByteStream(try stream.take(extraSize), of: stream.source, "a member's extra field")
    try stream.skip(commentSize)
    guard flags & 1 == 0 else { throw stream.failure("has an encrypted member '\(name)'") }
    guard method == 0 || method == 8 else {
      throw stream.failure(
        "has a member '\(name)' compressed by method \(method); stored and deflated ones are read")
    }
    while extra.left >= 4 {
      let (kind, count) = (try extra.number(2), Int(try extra.number(2)))
      guard kind == 1 else {
        try extra.skip(count)
        continue
      }
      // Numbers of 64 bits, of which only those are there that 32 bits do not hold.
      let end = extra.position + count
      if size == 0xFFFF_FFFF { size = try extra.size() }
      if stored == 0xFFFF_FFFF { stored = try extra.size() }
      if header == 0xFFFF_FFFF { header = try extra.size() }
      guard extra.position <= end else {
        throw stream.failure("is damaged: member '\(name)' has sizes that end too early")
      }
      try extra.skip(end - extra.position)
    }
    return .init(
      name: name, isDeflated: method == 8, stored: stored, size: size, checksum: checksum,
      header: header)
  }

  private typealias Place = (offset: Int, size: Int, count: Int)

  /// Where the directory is: what the end of the file says.
  private static func place(in file: FileBytes) throws(ArchiveError) -> Place {
    func failure(_ problem: String) -> ArchiveError { .init(file: file.path, problem: problem) }
    let tail = try file.bytes(
      at: max(0, file.size - 22 - 0xFFFF), count: min(file.size, 22 + 0xFFFF))
    let place = stride(from: tail.count - 22, through: 0, by: -1).first { place in
      tail[place...].starts(with: [0x50, 0x4B, 0x05, 0x06])
        && place + 22 + Int(tail[place + 20]) + Int(tail[place + 21]) << 8 == tail.count
    }
    guard let place else { throw failure("is cut off: a zip file ends with its directory") }
    var end = ByteStream(Array(tail[place...]), of: file.path, "the end of its directory")
    try end.skip(4)
    guard try end.number(4) == 0 else { throw failure("is one part of several of a zip file") }
    try end.skip(2)
    let (count, size) = (Int(try end.number(2)), Int(try end.number(4)))
    let offset = Int(try end.number(4))
    return try large(file, endsAt: file.size - tail.count + place) ?? (offset, size, count)
  }

  /// The same of a file of 64 bits, where a record before the end says where that is.
  private static func large(_ file: FileBytes, endsAt end: Int) throws(ArchiveError) -> Place? {
    guard end >= 20 else { return nil }
    var locator = ByteStream(
      try file.bytes(at: end - 20, count: 20), of: file.path, "the place of its directory")
    guard try locator.number(4) == 0x0706_4B50 else { return nil }
    try locator.skip(4)
    var record = ByteStream(
      try file.bytes(at: locator.size(), count: 56), of: file.path, "the end of its directory")
    guard try record.number(4) == 0x0606_4B50 else {
      throw record.failure("is damaged: the end of its directory is not where it says")
    }
    try record.skip(28)
    let (count, size) = (try record.size(), try record.size())
    return (try record.size(), size, count)
  }
}
