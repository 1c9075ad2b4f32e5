/// The bytes of all records end to end, with where each begins and its checksum.
struct RecordBlob: ~Copyable {
  var spool: Spool
  private(set) var offsets: [UInt64] = [0]
  private(set) var checksums: [UInt32] = []

  init(beside path: String) throws(DatasetError) { spool = try Spool(beside: path) }

  mutating func append(_ bytes: [UInt8]) throws(DatasetError) {
    try spool.append(bytes)
    offsets.append(UInt64(spool.count))
    checksums.append(CRC32.of(bytes))
  }
}
