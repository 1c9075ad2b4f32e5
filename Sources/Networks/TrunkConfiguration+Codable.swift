/// Settings that came later than the first archives are left out where they have their defaults:
/// digests of settings, checkpoints and archives of other trunks stay what they were.
extension TrunkConfiguration {
  private enum CodingKeys: String, CodingKey {
    case architecture, width, inputChannels, batchNormalization, affine, statisticsMomentum, form
    case stem, dilatedStages, isFolded
  }

  /// Reads the settings; those that came later may be missing.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    architecture = try values.decode(Architecture.self, forKey: .architecture)
    width = try values.decode(Double.self, forKey: .width)
    inputChannels = try values.decode(Int.self, forKey: .inputChannels)
    batchNormalization = try values.decode(Bool.self, forKey: .batchNormalization)
    affine = try values.decode(Bool.self, forKey: .affine)
    statisticsMomentum = try values.decode(Double.self, forKey: .statisticsMomentum)
    form = try values.decode(Form.self, forKey: .form)
    stem = try values.decodeIfPresent(Stem.self, forKey: .stem) ?? stem
    dilatedStages = try values.decodeIfPresent(Int.self, forKey: .dilatedStages) ?? dilatedStages
    isFolded = try values.decodeIfPresent(Bool.self, forKey: .isFolded) ?? isFolded
  }

  /// Writes the settings.
  public func encode(to encoder: any Encoder) throws {
    let standard = TrunkConfiguration()
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(architecture, forKey: .architecture)
    try values.encode(width, forKey: .width)
    try values.encode(inputChannels, forKey: .inputChannels)
    try values.encode(batchNormalization, forKey: .batchNormalization)
    try values.encode(affine, forKey: .affine)
    try values.encode(statisticsMomentum, forKey: .statisticsMomentum)
    try values.encode(form, forKey: .form)
    if stem != standard.stem { try values.encode(stem, forKey: .stem) }
    if dilatedStages != standard.dilatedStages {
      try values.encode(dilatedStages, forKey: .dilatedStages)
    }
    if isFolded != standard.isFolded { try values.encode(isFolded, forKey: .isFolded) }
  }
}
