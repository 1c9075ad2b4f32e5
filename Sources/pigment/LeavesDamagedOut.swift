internal import ArgumentParser
internal import Datasets

/// A command that does without damaged records, up to `DamagedRecords.limit`: where it meets one it
/// begins again without all that are damaged. Other commands end there.
protocol LeavesDamagedOut: ParsableCommand {
  /// The file that names the records which are left out; nil where the runs in its folders do.
  var damageReport: String? { get }
}

extension LeavesDamagedOut {
  /// Runs say it.
  var damageReport: String? { nil }

  /// Does what the command line says, without damaged records.
  func runWithoutDamaged() throws {
    try DamagedRecords.leavingOut(reportedIn: damageReport) {
      var command = self
      try command.run()
    }
  }
}

extension PretrainCommand: LeavesDamagedOut {}
extension VerifyResumeCommand: LeavesDamagedOut {}
extension FineTuneCommand: LeavesDamagedOut {}
extension ProbeCommand: LeavesDamagedOut {}
extension RecognizerCommand: LeavesDamagedOut {}
extension PriorCommand: LeavesDamagedOut {}
extension ExtractCommand: LeavesDamagedOut {
  var damageReport: String? { "\(output).damaged.json" }
}
extension EvaluateColorCommand: LeavesDamagedOut {
  var damageReport: String? { output.map { "\($0)/damaged.json" } }
}
extension TopUnits: LeavesDamagedOut {
  var damageReport: String? { "\(output)/damaged.json" }
}
extension DissectUnits: LeavesDamagedOut {
  var damageReport: String? { "\(output)/damaged.json" }
}
extension EmbedUnits: LeavesDamagedOut {
  var damageReport: String? { "\(output)/damaged.json" }
}
