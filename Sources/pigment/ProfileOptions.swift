public import ArgumentParser
public import Images

/// What becomes of the color profiles of pictures.
struct ProfileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Color profiles (ICC) other than sRGB's: convert takes the same colors in sRGB, ignore takes \
      samples as they are, as Pillow does.
      """, valueName: "way"))
  var colorProfiles: ColorProfiles = .convert
}

extension ColorProfiles: ExpressibleByArgument {}
