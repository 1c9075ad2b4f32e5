internal import Datasets
internal import Foundation
internal import Networks
internal import Runs

/// The pictures that statistics are measured on and layers balanced by: the dataset that is named,
/// or the one that the checkpoint's run learned from where it is still there with the same content.
struct StatisticsData {
  /// The dataset; nil where there is none.
  private(set) var dataset: Dataset?
  /// Why there is none, or why it is not measured on, and what would help.
  private(set) var reason: String?

  init(for draft: ExportDraft, _ options: FeatureExporter.Options) throws {
    if options.statisticsPictures == 0 { reason = "--pictures 0 asks for none" }
    if let path = options.statisticsData {
      dataset = try Dataset(opening: path)
      return
    }
    guard draft.statistics == nil || options.balancesLayers else { return }
    let remedy = "; --statistics DATA measures them"
    guard let path = RecordedRun(ofCheckpoint: draft.source).dataPath else {
      reason = reason ?? "\(draft.source) does not say where the data of its run are\(remedy)"
      return
    }
    guard FileManager.default.fileExists(atPath: path) else {
      let place =
        path.hasPrefix("/") ? "" : " as seen from \(FileManager.default.currentDirectoryPath)"
      reason = reason ?? "the run's data '\(path)' are not there\(place)\(remedy)"
      return
    }
    let found = try Dataset(opening: path)
    guard found.contentSHA256 == draft.provenance.dataHash else {
      reason = reason ?? "'\(path)' is no longer what the run learned from\(remedy)"
      return
    }
    dataset = found
  }
}
