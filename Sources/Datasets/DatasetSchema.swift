internal import HDF5

/// The names and rules of the dataset format, version 2. All of it is plain HDF5.
///
///     attributes of /    schema "pigment.dataset", schema_version 2, created_by, source,
///                        content_sha256 (see `ContentHash`), color_space,
///                        color_profiles "convert" or "ignore" (without it: ignore), and how many
///                        pictures_with_other_profiles than sRGB's,
///                        pictures_with_unusable_profiles;
///                        sealed_attributes, sealed_sha256 (see the module HDF5)
///     /classes           C strings
///     /ids               N strings, no two equal
///     /images/blob       bytes of all JPEG and PNG files as they came, end to end, contiguous
///     /images/offsets    u64 N+1; picture i is blob[offsets[i] ..< offsets[i + 1]]
///     /images/shape      u16 N x 3: height and width of the upright picture, stored channels
///     /images/format     u8 N: 0 JPEG, 1 PNG
///     /images/crc32      u32 N: CRC-32 of each picture's bytes, as `zlib.crc32` computes it
///     /labels/single     i32 N: the class of each picture                           (optional)
///     /labels/multilabel i8 N x C: 1 present, -1 absent, 0 only difficult objects   (optional)
///     /boxes/xyxy        f32 M x 4: xmin, ymin, xmax, ymax; 0-based, both included  (optional)
///     /boxes/class       i16 M    /boxes/difficult u8 M
///     /boxes/offsets     u64 N+1; the boxes of picture i are offsets[i] ..< offsets[i + 1]
///     /masks/blob        PNG files of class indices (0 background, 255 void)        (optional)
///     /masks/offsets     u64 N+1; an empty range means no mask    /masks/crc32 u32 N
///     /splits/NAME       i64: positions of records, in the order of the split       (optional)
///
/// Strings have the length of the longest, in UTF-8, and each of these has the attribute sha256 of
/// its elements. Opening a file reads all but the blobs, compares them with these digests, and the
/// content hash with all of them; each picture is compared with its CRC-32 when it is read. Version
/// 1 had strings of any length and no digests; `pigment data upgrade` makes version 2 of it.
enum DatasetSchema {
  static let name = "pigment.dataset"
  static let version = 2
  static let colorSpace = "sRGB as encoded"
  static let colorProfiles = "color_profiles"
  static let otherProfiles = "pictures_with_other_profiles"
  static let unusableProfiles = "pictures_with_unusable_profiles"
  /// The largest width and height that `/images/shape` can hold.
  static let largestSide = 65_535
  /// The value in a mask that belongs to no class.
  static let void: UInt8 = 255

  private static let parts = [
    "/classes", "/ids", "/images/blob", "/images/offsets", "/images/shape", "/images/format",
    "/images/crc32", "/labels/single", "/labels/multilabel", "/boxes/xyxy", "/boxes/class",
    "/boxes/difficult", "/boxes/offsets", "/masks/blob", "/masks/offsets", "/masks/crc32",
  ]

  /// Whether an HDF5 dataset is one that the content hash counts.
  static func isContent(_ path: String) -> Bool {
    parts.contains(path) || path.hasPrefix("/splits/")
  }

  /// The HDF5 datasets of a file that the content hash counts.
  static func contents(of file: borrowing HDF5File) throws(HDF5Error) -> [String] {
    var found: [String] = []
    for part in parts where try file.contains(part) { found.append(part) }
    guard try file.contains("/splits") else { return found }
    return found + (try file.members(of: "/splits").map { "/splits/\($0)" })
  }
}
