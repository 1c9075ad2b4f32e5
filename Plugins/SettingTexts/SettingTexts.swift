import PackagePlugin

/// Lets the program know what its sources say of settings: one text for the reader of the code and
/// for the user of `pigment config`.
@main
struct SettingTexts: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    // Only Swift modules of this package declare settings.
    let sources = context.package.targets
      .compactMap { $0 as? SwiftSourceModuleTarget }
      .filter { $0.kind == .generic && $0.name != "TestSupport" }
      .flatMap { $0.sourceFiles(withSuffix: "swift").map(\.url) }
      .sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "SettingTexts.swift")
    return [
      .buildCommand(
        displayName: "What sources say of settings",
        executable: try context.tool(named: "setting-texts").url,
        arguments: [output.path] + sources.map(\.path), inputFiles: sources, outputFiles: [output])
    ]
  }
}
