import Foundation
import Layers
import Networks
import Randomness
import Tensors
import Testing

/// What a description of features must not say: each is refused with its reason, before a trunk is
/// built of it.
@Suite struct FeatureDescriptionTests {
  /// The description of a small trunk, as JSON.
  static let json: String = {
    let configuration = TrunkConfiguration(.eccv16, width: 0.0625)
    let archive = FeatureArchive(
      trunk: configuration.build(.he, key: RandomKey(seed: 1), on: .cpu),
      configuration: configuration, preprocessing: Preprocessing(.lightness, size: 64),
      provenance: .init(
        task: "t", run: "r", iterations: 1, seed: 1, dataHash: "d", git: "g", recipeHash: "h"))
    return try! archive.description.json
  }()

  static func read(_ json: String) -> String {
    do {
      _ = try FeatureDescription(json: json, file: "f.safetensors")
      return ""
    } catch { return "\(error)" }
  }

  @Test func theDescriptionItselfIsRead() { #expect(Self.read(Self.json) == "") }

  @Test(arguments: [
    ("\"inputChannels\":1", "\"inputChannels\":-1", "has -1 input channels; a trunk has 1 to 16"),
    ("\"inputChannels\":1", "\"inputChannels\":2", "feeds lightness into a trunk of 2 input"),
    ("\"width\":0.0625", "\"width\":1e30", "has width 1e+30; a width is over 0 and at most 4.0"),
    ("\"width\":0.0625", "\"width\":300", "has width 300.0"),
    ("\"width\":0.0625", "\"width\":0", "has width 0.0"),
    ("\"width\":0.0625", "\"width\":-1", "has width -1.0"),
    ("\"statisticsMomentum\":0.1", "\"statisticsMomentum\":7", "a statistics momentum of 7.0"),
    ("\"mean\":[50]", "\"mean\":[]", "has 0 means and 1 scales for the 1 channels of lightness"),
    ("\"scale\":[0.01]", "\"scale\":[0.01,1]", "has 1 means and 2 scales"),
    ("\"scale\":[0.01]", "\"scale\":[0]", "no scale is zero"),
    ("\"size\":64", "\"size\":-5", "has pictures of -5 pixels; they have 1 to 8192"),
    ("\"size\":64", "\"size\":9000000000", "has pictures of 9000000000 pixels"),
    ("\"version\":2", "\"version\":0", "has format version 0; the first version is 1"),
    ("\"version\":2", "\"version\":-3", "has format version -3"),
    ("\"version\":2", "\"version\":3", "newer than version 2 that this program reads"),
    ("\"version\":2", "\"revision\":1", "cannot be read: 'version' is missing"),
    ("\"eccv16\"", "\"resnet\"", "cannot be read: 'trunk.architecture': Cannot initialize"),
    ("\"width\":0.0625", "\"width\":\"wide\"", "cannot be read: 'trunk.width' is no Double"),
    ("\"trunk\"", "trunk", "cannot be read: it: "),
  ])
  func whatCannotBeIsRefusedWithItsReason(_ old: String, _ new: String, _ reason: String) {
    #expect(Self.json.contains(old), "\(Self.json)")
    let text = Self.read(Self.json.replacing(old, with: new))
    #expect(text.hasPrefix("f.safetensors: ") && text.contains(reason), "\(text)")
    #expect(!text.contains("DecodingError"), "\(text)")
  }
}
