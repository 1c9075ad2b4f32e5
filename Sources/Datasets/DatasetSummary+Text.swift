internal import Images

extension DatasetSummary: CustomStringConvertible {
  /// The summary as lines of text: one table row per class, one column per part.
  public var description: String {
    var lines = [
      "file      \(path)",
      "source    \(source), written by \(createdBy), schema version \(version)",
      "content   sha256 \(contentSHA256)",
      "records   \(records): \(jpegs) JPEG, \(pngs) PNG, \(singleChannel) gray or palette",
      "bytes     \(fileBytes), of which pictures \(imageBytes)",
      "width     \(words(widths))",
      "height    \(words(heights))",
      "has       \(kinds)",
    ]
    if let gray { lines.append("color     \(gray)") }
    if let profiles { lines.append("profiles  \(profiles): \(profileWords)") }
    if withoutTruth > 0 {
      lines.append("truth     \(withoutTruth) records have none and are in no score")
    }
    lines += partTable()
    if hasLabels || hasPresence { lines += classTable("pictures of each class", \.pictures) }
    if hasPresence { lines += classTable("pictures of difficult objects only", \.difficultOnly) }
    if hasBoxes {
      lines += classTable("boxes of each class", \.boxes)
      lines += classTable("of these, difficult", \.difficultBoxes)
    }
    return lines.joined(separator: "\n")
  }

  private func words(_ spread: Spread) -> String {
    "\(spread.least) to \(spread.largest), median \(spread.median)"
  }

  /// What becomes of color profiles.
  private var profileWords: String {
    if colorProfiles == [.convert] { return "converted to sRGB" }
    let way = "build anew, with --color-profiles convert, to follow them"
    return colorProfiles == [.ignore]
      ? "ignored (\(way))" : "converted in some files, ignored in others (\(way))"
  }

  private var kinds: String {
    let kinds = [
      (hasLabels, "labels"), (hasPresence, "multi-labels"), (hasBoxes, "boxes"),
      (hasMasks, "masks"),
    ].filter(\.0).map(\.1)
    return kinds.isEmpty ? "pictures only" : kinds.joined(separator: ", ")
  }

  private func partTable() -> [String] {
    let boxes = parts.map { $0.classes.reduce(0) { $0 + $1.boxes } }
    return table(
      "", [("records", parts.map(\.records)), ("masks", parts.map(\.masks)), ("boxes", boxes)])
  }

  /// The classes in their order, or the most frequent ones where they are many; one line where
  /// nothing is counted.
  private func classTable(_ title: String, _ count: KeyPath<ClassCount, Int>) -> [String] {
    guard let classes = parts.first?.classes else { return [] }
    guard parts.contains(where: { $0.classes.contains { $0[keyPath: count] > 0 } }) else {
      return ["", "\(title): none"]
    }
    let limit = 40
    var chosen = Array(classes.indices)
    if chosen.count > limit {
      chosen.sort { classes[$0][keyPath: count] > classes[$1][keyPath: count] }
      chosen = Array(chosen.prefix(limit))
    }
    let rows = chosen.map { index in
      (classes[index].name, parts.map { $0.classes[index][keyPath: count] })
    }
    let rest = classes.count - rows.count
    return table(title, rows) + (rest > 0 ? ["and \(rest) classes with no more"] : [])
  }

  /// A table with a column for each part. Where that is too wide the title stands above, and then
  /// the table is in several pieces.
  private func table(_ title: String, _ rows: [(name: String, values: [Int])]) -> [String] {
    func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
    let widths = parts.map { max(7, $0.name.count) + 1 }
    let longestName = rows.map(\.name.count).max() ?? 0
    guard max(title.count, longestName) + 1 + widths.reduce(0, +) <= 100 || title.isEmpty else {
      return ["", title] + table("", rows).dropFirst()
    }
    let nameWidth = max(title.count, longestName) + 1
    var lines: [String] = []
    var first = 0
    while first < parts.count {
      var end = first
      var width = nameWidth
      while end < parts.count, end == first || width + widths[end] <= 100 {
        width += widths[end]
        end += 1
      }
      func line(_ name: String, _ cells: [String]) -> String {
        name + pad(nameWidth - name.count)
          + (first..<end).map { pad(widths[$0] - cells[$0].count) + cells[$0] }.joined()
      }
      lines += ["", line(title, parts.map(\.name))]
      lines += rows.map { line($0.name, $0.values.map { "\($0)" }) }
      first = end
    }
    return lines
  }
}
