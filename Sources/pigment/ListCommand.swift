internal import ArgumentParser
internal import FeatureExport
internal import Layers
internal import Networks
internal import Processes
internal import Randomness
internal import Tensors
internal import Text
internal import Training
internal import VOCTransfer

/// `pigment list`: the names that other commands take.
struct ListCommand: ParsableCommand {
  /// What can be listed.
  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case tasks, trunks, layers, initializations, formats, methods, protocols
  }

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List tasks, trunks, layers, initializations, formats, methods or protocols.",
    discussion: "pigment list layers resnet18 lists the layers of a trunk.")

  @Argument(help: ArgumentHelp(valueName: "what")) var subject: Subject
  @Argument(help: "The trunk whose layers are listed; eccv16 unless given.") var trunk: String?
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if trunk != nil && subject != .layers {
      throw ValidationError("only layers are those of a trunk: pigment list layers TRUNK")
    }
  }

  func run() throws {
    switch subject {
    case .tasks:
      var table = Table(["task", "command"], alignments: [.left, .left])
      for kind in SettingsKind.all { table.add([kind.name, "pigment \(kind.command)"]) }
      show(table)
    case .trunks:
      var table = Table(["trunk", "outputs", "the last one"], alignments: [.left, .right, .left])
      for architecture in TrunkConfiguration.Architecture.allCases {
        let names = Self.stack(architecture).names
        table.add([architecture.rawValue, "\(names.count)", names.last!])
      }
      show(table)
    case .layers:
      let name = trunk ?? TrunkConfiguration.Architecture.eccv16.rawValue
      guard let architecture = TrunkConfiguration.Architecture(rawValue: name) else {
        throw UnknownName(
          "trunk", name, known: TrunkConfiguration.Architecture.allCases.map(\.rawValue))
      }
      let stack = Self.stack(architecture)
      let geometries = stack.geometries
      var table = Table(["layer", "stride", "receptive field"])
      for layer in stack.names {
        guard let geometry = geometries[layer] else { continue }
        table.add([layer, "\(Int(geometry.stride))", "\(Int(geometry.receptiveField))"])
      }
      show(table)
    case .initializations:
      for start in Start.byName {
        Output.show(.init(.description, start.name, ["name": start.name]))
      }
    case .formats:
      for format in ExportFormat.allCases {
        Output.show(.init(.description, format.rawValue, ["name": format.rawValue]))
      }
    case .methods:
      // Those of pigment realism that need no file.
      for word in RealismMethod.Word.allCases {
        Output.show(.init(.description, word.rawValue, ["name": word.rawValue]))
      }
    case .protocols:
      var table = Table(["protocol", "answers"], alignments: [.left, .left])
      for method in ProbingConfiguration.Method.allCases {
        table.add([method.protocolName, method.question])
      }
      show(table)
    }
  }

  private func show(_ table: Table) {
    Output.show(table.report(subject.rawValue, words: String("\(table)".dropLast())))
  }

  /// A trunk for the sake of its layers' names and windows: narrow, for its weights do not matter.
  static func stack(_ architecture: TrunkConfiguration.Architecture) -> Stack {
    TrunkConfiguration(architecture, width: 0.0625)
      .build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
  }
}
