public import Files

/// Settings with types and defaults: a struct of `Codable` values.
///
/// A YAML file says only what differs, `--set a.b=value` on the command line comes last, and the
/// merged result is saved with the run. A setting that the struct does not have is an error that
/// names its neighbors; so is a value of the wrong type.
///
///     struct Pretraining: Configuration {
///       var steps = 1000
///       var optimizer = Optimizer()
///       struct Optimizer: Codable { var rate = 1e-3 }
///     }
///     let settings = try Pretraining.load("pretrain.yaml", settings: ["optimizer.rate=0.1"])
public protocol Configuration: Codable, Sendable {
  /// The defaults.
  init()
  /// The settings that the first release had, in the order of their digest. One that came later
  /// counts only where it differs from its default, so that runs made before it keep their digest.
  /// Nil, the default, means all in the order of declaration.
  static var firstSettings: [String]? { get }
  /// Settings within groups that came later, such as `data.duplicates`: they count in the digest
  /// where they differ from their default. None by default.
  static var laterSettings: [String] { get }
  /// Settings that name a file whose content a run knows by its digest, data first and then
  /// proposals: a run goes on with the same file at another place. None by default.
  static var contentPaths: [WritableKeyPath<Self, String>] { get }
  /// The settings as their digest has them: where a default changed and does not matter, the old
  /// one, so that runs made before keep their digest.
  var canonical: Self { get }
}

/// Settings whose names stand among those of the group around them: a struct that several
/// configurations share without a level of its own in YAML.
public protocol SharedSettings: Codable, Sendable {}

extension Configuration {
  /// The defaults, then the file where one is given, then each `a.b=value` in order.
  public static func load(
    _ path: String?, settings: [String] = [], on files: any FileSystem = .posix
  ) throws -> Self {
    guard let path else { return try Self(yaml: "", source: "", settings: settings) }
    let text = try Setting.text(of: path, on: files)
    return try Self(yaml: text, source: path, settings: settings)
  }

  /// The defaults, then a YAML text, then each `a.b=value` in order; `source` names the text in
  /// errors.
  public init(yaml: String, source: String, settings: [String] = []) throws {
    let defaults = try SettingEncoder.settings(of: Self(), place: "defaults")
    let tree = try defaults.overlaid(by: yaml, source: source, settings: settings)
    self = try SettingDecoder(tree, defaults: defaults).value(Self.self)
  }

  /// All settings as YAML: what a run folder keeps, and what reads back as the same value.
  public var yaml: String {
    get throws { try SettingEncoder.settings(of: self, place: "").yaml }
  }

  /// The settings as YAML without those that were added since the first release and have their
  /// default (`firstSettings`): equal for equal settings, whatever the version of the program.
  public var canonicalYAML: String {
    get throws {
      guard let first = Self.firstSettings else { return try canonical.yaml }
      let defaults = try SettingEncoder.settings(of: Self(), place: "")
      let all = try SettingEncoder.settings(of: canonical, place: "")
      return Self.laterSettings.reduce(all) {
        $0.without($1.split(separator: "."), where: defaults)
      }.ordered(first, without: defaults).yaml
    }
  }

  /// The SHA-256 of `canonicalYAML`: equal for equal settings.
  public var digest: String {
    get throws { Digest.hexadecimal(try canonicalYAML) }
  }

  /// The settings themselves.
  public var canonical: Self { self }

  /// All settings, as declared.
  public static var firstSettings: [String]? { nil }

  /// None.
  public static var laterSettings: [String] { [] }

  /// None.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [] }
}

/// A setting that is read before it is known what the other settings of its file are.
public enum SingleSetting {
  /// The text of a setting such as `data.path` in a file, or as `data.path=value` has it; nil where
  /// neither says anything.
  public static func text(
    _ name: String, in path: String, settings: [String] = [], on files: any FileSystem = .posix
  ) throws -> String? {
    let nothing = Setting(content: .mapping([], isChoice: false), place: path)
    var setting = try nothing.overlaid(
      by: Setting.text(of: path, on: files), source: path, settings: settings)
    for part in name.split(separator: ".") {
      guard case .mapping(let members, _) = setting.content,
        let found = members.first(where: { $0.key == part })?.value
      else { return nil }
      setting = found
    }
    guard case .scalar(let text, _) = setting.content else { return nil }
    return text
  }

  /// Where the file says the setting `names`, such as `["tasks", "0", "data"]`: file and line, or
  /// those of the innermost setting around it that is there.
  public static func place(
    of names: [String], in path: String, on files: any FileSystem = .posix
  ) -> String {
    guard let text = try? Setting.text(of: path, on: files),
      var setting = try? Setting.parsing(text, place: { "\(path):\($0)" })
    else { return path }
    var place = path
    for name in names {
      switch setting.content {
      case .mapping(let members, _):
        guard let found = members.first(where: { $0.key == name })?.value else { return place }
        setting = found
      case .list(let items):
        guard let index = Int(name), items.indices.contains(index) else { return place }
        setting = items[index]
      case .scalar: return place
      }
      place = setting.place
    }
    return place
  }
}

extension Setting {
  /// The text of a file.
  static func text(of path: String, on files: any FileSystem) throws -> String {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try files.read(path) } catch {
      throw ConfigurationError(place: path, problem: "cannot be read: \(error.problem)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError(place: path, problem: "is not UTF-8 text")
    }
    return text
  }

  /// These settings with a YAML text and then each `a.b=value` laid over them.
  fileprivate func overlaid(by yaml: String, source: String, settings: [String]) throws -> Setting {
    var tree = self
    if let file = try Setting.parsing(yaml, place: { "\(source):\($0)" }) {
      // A file that says nothing but comments is composed as an empty scalar.
      if !SettingDecoder(file).isNull { tree = try tree.withGroup(file) }
    }
    for setting in settings { tree = try tree.withGroup(Setting(commandLine: setting)) }
    return tree
  }

  fileprivate func withGroup(_ group: Setting) throws(ConfigurationError) -> Setting {
    guard case .mapping = group.content else {
      throw ConfigurationError(
        place: group.place, problem: "must hold settings such as 'name: value', not \(group.kind)")
    }
    return overlaid(by: group)
  }

  /// What `a.b=value` says; the value is YAML, so lists are written `[1, 2]`.
  fileprivate init(commandLine text: String) throws(ConfigurationError) {
    let place = "--set \(text)"
    guard let equals = text.firstIndex(of: "=") else {
      throw ConfigurationError(place: place, problem: "has no '='; write --set name=value")
    }
    let names = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationError(place: place, problem: "names no setting before '='")
    }
    let words = String(text[text.index(after: equals)...])
    let value =
      words.isEmpty ? nil : try Setting.parsing(words, place: { _ in place })
    self = names.reversed().reduce(
      value ?? Setting(content: .scalar("", quoted: true), place: place)
    ) { inner, name in
      Setting(
        content: .mapping([Member(key: String(name), value: inner)], isChoice: false), place: place)
    }
  }
}
