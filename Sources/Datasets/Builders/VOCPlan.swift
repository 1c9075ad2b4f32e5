/// Which pictures of which years a VOC dataset takes, under which ids.
struct VOCPlan {
  struct Entry {
    let folder: VOCFolder
    /// The id inside its year.
    let id: String
    let candidate: Candidate
  }

  private(set) var entries: [Entry] = []
  private(set) var splits: [(name: String, ids: [String])] = []
  private(set) var notes: [String] = []

  init(_ folders: [VOCFolder]) {
    let known = Dictionary(folders.map { ($0.name, Set($0.ids)) }) { first, _ in first }
    for folder in folders {
      notes += folder.notes
      let prefix = folders.count > 1 ? folder.name + "/" : ""
      var duplicates: Set<String> = []
      for id in folder.ids {
        // VOC2012 calls pictures of earlier years `2007_000001`. Taken twice, they would leak from
        // one year's test split into the other's training split.
        let parts = id.split(separator: "_", maxSplits: 1).map(String.init)
        if parts.count == 2, known["VOC" + parts[0]]?.contains(parts[1]) == true,
          folder.name != "VOC" + parts[0]
        {
          duplicates.insert(id)
          continue
        }
        let mask = folder.maskPath(id)
        let candidate = Candidate(
          id: prefix + id, imagePath: folder.imagePath(id), maskPath: isFile(mask) ? mask : nil)
        entries.append(Entry(folder: folder, id: id, candidate: candidate))
      }
      if !duplicates.isEmpty {
        notes.append(
          "\(duplicates.count) pictures of \(folder.name) are there from an earlier year, such as "
            + (duplicates.min() ?? ""))
      }
      for split in folder.splits {
        let ids = split.ids.filter { !duplicates.contains($0) }.map { prefix + $0 }
        if ids.isEmpty { continue }
        if folders.count > 1 { splits.append(("\(folder.name)_\(split.name)", ids)) }
        if let index = splits.firstIndex(where: { $0.name == split.name }) {
          splits[index].ids += ids
        } else {
          splits.append((split.name, ids))
        }
      }
    }
  }
}
