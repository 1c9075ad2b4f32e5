import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct ColorProfileDataTests {
  let folder = try! TemporaryFolder()

  /// A folder of three plain pictures, one in Adobe RGB, and one with a profile of no use.
  private func pictures(_ name: String, withProfiles: Bool = true) throws -> String {
    let root = folder.file(name)
    for index in 0..<3 {
      try Samples.write(Samples.jpeg(20, 12, seed: index), "\(root)/\(index).jpg")
    }
    guard withProfiles else { return root }
    let adobe = try #require(ProfileCase.all["Adobe RGB"]).profile
    let inks = try #require(ProfileCase.all["inks"]).profile
    try Samples.write(Profiled.jpeg(Samples.jpeg(20, 12, seed: 3), adobe), "\(root)/3.jpg")
    try Samples.write(Profiled.jpeg(Samples.jpeg(20, 12, seed: 4), inks), "\(root)/4.jpg")
    return root
  }

  private func build(
    _ root: String, _ profiles: ColorProfiles, to name: String
  ) throws -> (Dataset, BuildReport) {
    var builder = FolderBuilder(roots: [.init(root)], labels: .none)
    builder.options.colorProfiles = profiles
    let report = try builder.build(to: folder.file(name))
    return (try Dataset(opening: folder.file(name)), report)
  }

  @Test func aDatasetSaysWhatBecomesOfProfiles() throws {
    let root = try pictures("photographs")
    let (converted, report) = try build(root, .convert, to: "converted.h5")
    let (ignored, _) = try build(root, .ignore, to: "ignored.h5")
    let wide = try #require(converted.ids.firstIndex(of: "3.jpg"))
    // The bytes stay as they came.
    #expect(try converted.bytes(of: wide) == ignored.bytes(of: wide))
    #expect(try converted.picture(wide, .whole) == Picture(decoding: converted.bytes(of: wide)))
    #expect(try converted.picture(wide, .whole) != ignored.picture(wide, .whole))
    for record in converted.ids.indices where record != wide {
      #expect(try converted.picture(record, .whole) == ignored.picture(record, .whole))
    }
    #expect(converted.contentSHA256 != ignored.contentSHA256)
    #expect(converted.verify().isSound && ignored.verify().isSound)
    #expect(
      report.notes == [
        "color profiles other than sRGB's in 1 of 5 pictures (Adobe RGB: 1), unusable ones, passed "
          + "over, in 1: converted to sRGB (--color-profiles)"
      ])
    let summary = converted.summary()
    #expect(summary.profiles?.others == 1 && summary.profiles?.unusable == 1)
    #expect(
      "\(summary)".contains(
        "profiles  other than sRGB's in 1 of 5 pictures, unusable ones, passed over, in 1: "
          + "converted to sRGB"))
    #expect("\(ignored.summary())".contains("in 1: ignored (build anew"))
    let counted = ignored.countProfiles()
    #expect(counted.names == ["Adobe RGB": 1] && counted.pictures == 5 && counted.unusable == 1)
  }

  @Test func dataWithoutProfilesHaveTheHashTheyHad() throws {
    let root = try pictures("plain", withProfiles: false)
    let (converted, report) = try build(root, .convert, to: "converted.h5")
    let (ignored, _) = try build(root, .ignore, to: "ignored.h5")
    #expect(converted.contentSHA256 == ignored.contentSHA256)
    #expect(report.notes.isEmpty)
  }

  /// A file of the first schema, made before profiles were followed, says nothing of them.
  @Test func filesOfBeforeStayWhatTheyWere() throws {
    let old = SharedData.packagePath("Tests/DatasetsTests/Golden/dataset-version1.h5")
    let dataset = try Dataset(opening: old)
    #expect(dataset.colorProfiles(of: 0) == .ignore)
    #expect(dataset.summary().profiles == nil && dataset.verify().isSound)
    // Several files: each record is read as its file says.
    let (converted, _) = try build(try pictures("photographs"), .convert, to: "converted.h5")
    let (ignored, _) = try build(folder.file("photographs"), .ignore, to: "ignored.h5")
    let wide = try #require(converted.ids.firstIndex(of: "3.jpg"))
    let both = try Dataset(
      opening: "\(folder.file("converted.h5")),\(folder.file("ignored.h5"))")
    #expect(both.colorProfiles(of: wide) == .convert)
    #expect(both.colorProfiles(of: converted.count + wide) == .ignore)
    #expect(
      try both.picture(converted.count + wide, .whole) == ignored.picture(wide, .whole))
    #expect("\(both.summary())".contains("sha256"))
  }
}
