import Foundation
import HDF5
import TestSupport
import Testing

/// The bounded reader and the writer beside h5py.
@Suite(.enabled(if: peer != nil, "needs a Python with h5py (PIGMENT_PYTHON)"))
struct PeerTests {
  let folder = try! TemporaryFolder()

  private func run(_ script: String, _ arguments: String...) throws -> String {
    let path = folder.file("script.py")
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try Program.run(try #require(peer), [path] + arguments)
    #expect(outcome.status == 0, "\(outcome.output)")
    return outcome.output
  }

  /// `NAME TYPE SHAPE SHA256` of every dataset, as `HDF5Contents` has them.
  private static let listing = """
    import hashlib, h5py, sys, numpy as np
    def words(name, o):
        if not isinstance(o, h5py.Dataset): return
        text = h5py.check_string_dtype(o.dtype)
        if text is not None:
            texts = [s if isinstance(s, bytes) else s.encode() for s in np.ravel(o[()])]
            b = b"".join(s + b"\\0" for s in texts)
            kind = "string"
        else:
            kind = str(o.dtype.newbyteorder("="))
            b = o[()].astype(o.dtype.newbyteorder("<")).tobytes()
        print("/" + name, kind, "x".join(map(str, o.shape)), hashlib.sha256(b).hexdigest())
    def tell(path):
        with h5py.File(path) as f: f.visititems(words)

    """

  private func lines(_ output: String) -> [String] {
    output.split(separator: "\n").map(String.init).sorted()
  }

  private func line(_ contents: HDF5Contents) -> String {
    let shape = contents.shape.map(String.init).joined(separator: "x")
    return "\(contents.path) \(contents.type) \(shape) \(contents.sha256)"
  }

  @Test func whatIsWrittenIsReadByH5py() throws {
    let path = folder.file("ours.h5")
    let new = try HDF5Writer(creating: path)
    try new.write("a/numbers", [1, 2, 3, 4, 5, 6] as [Int16], shape: [3, 2])
    try new.write("a/b/texts", ["one", "Zürich", ""])
    try new.write("floats", [0.5, -1] as [Float])
    try new.write("scalar", [7] as [UInt64], shape: [])
    try new.write("none", [] as [Double], shape: [0, 3])
    for index in 0..<300 { try new.write("many/member \(index)", [UInt8(index % 256)]) }
    try new.setAttribute("layer", to: "conv5")
    let wanted = new.written.map(line).sorted()
    try new.commit()
    let script =
      Self.listing + """
        tell(sys.argv[1])
        with h5py.File(sys.argv[1]) as f:
            assert f.attrs["layer"] == "conv5", f.attrs["layer"]
            assert list(f["a/b/texts"].asstr()) == ["one", "Zürich", ""]
            d = f["floats"]
            assert d.attrs["sha256"] == hashlib.sha256(d[()].tobytes()).hexdigest()
        """
    #expect(lines(try run(script, path)) == wanted)
  }

  @Test(arguments: 1...20) func whatH5pyWritesIsRead(seed: Int) throws {
    let path = folder.file("theirs.h5")
    let script =
      Self.listing + """
        r = np.random.default_rng(int(sys.argv[2]))
        types = "i1 <i2 >i2 <i4 >i4 <i8 >i8 u1 <u2 >u2 <u4 >u4 <u8 >u8 <f4 >f4 <f8 >f8".split()
        with h5py.File(sys.argv[1], "w", libver=("earliest", "v110")) as f:
            for n in range(int(r.integers(1, 120))):
                names = ["g%d" % r.integers(0, 4) for _ in range(r.integers(0, 4))]
                group = f.require_group("/".join(names) or "/")
                kind = r.integers(0, 10)
                shape = tuple(int(v) for v in r.integers(0, 9, r.integers(0, 4)))
                extra = {}
                if shape and 0 not in shape and r.random() < 0.6:
                    extra["chunks"] = tuple(int(r.integers(1, s + 1)) for s in shape)
                    if r.random() < 0.5:
                        extra.update(compression="gzip", compression_opts=int(r.integers(0, 10)))
                    if r.random() < 0.5: extra["shuffle"] = True
                    if r.random() < 0.3 and kind > 0: extra["fletcher32"] = True
                    if r.random() < 0.3: extra["maxshape"] = (None,) + shape[1:]
                count = int(np.prod(shape))
                if kind == 0:
                    texts = ["é" * int(r.integers(0, 9)) for _ in range(count)]
                    data = np.array(texts, dtype=object).reshape(shape)
                    extra["dtype"] = h5py.string_dtype()
                elif kind == 1:
                    texts = [b"x" * int(r.integers(0, 7)) for _ in range(count)]
                    data = np.array(texts, dtype="S7").reshape(shape)
                else: data = r.integers(0, 100, shape).astype(types[r.integers(0, len(types))])
                d = group.create_dataset("d%d" % n, data=data, **extra)
                for a in range(int(r.integers(0, 12))): d.attrs["a%d" % a] = "text %d" % a
            f.create_dataset("sparse", (40, 3), "f4", chunks=(7, 2), fillvalue=2.5)[11:13] = 1
            big = r.integers(0, 9, (3000, 7)).astype("<i4")
            f.create_dataset("big", data=big, chunks=(13, 3), compression="gzip")
        tell(sys.argv[1])
        """
    let wanted = lines(try run(script, path, "\(seed)"))
    let file = try HDF5File(reading: path, limit: 1 << 30)
    #expect(!wanted.isEmpty)
    for line in wanted {
      let name = String(line.split(separator: " ")[0])
      #expect(try self.line(file.contents(of: name)) == line, "\(line)")
    }
    #expect(try file.read("sparse", as: Float.self)[0] == 2.5)
    #expect(try file.read("big", as: Int.self, rows: .list([2999, 5])).count == 14)
  }
}

private let peer = Program.python(with: ["h5py"])
