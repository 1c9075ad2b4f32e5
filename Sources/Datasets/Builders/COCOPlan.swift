/// Which pictures an annotation file describes, and what it says of each.
struct COCOPlan {
  struct Entry {
    let candidate: Candidate
    let width, height: Int
    let annotations: [COCOFile.Annotation]
  }

  let part: COCOBuilder.Part
  /// The names of the categories, in the order of their ids.
  let classes: [String]
  /// The position in `classes` of each category id.
  let classOf: [Int: Int]
  /// The pictures, in the order of their names.
  let entries: [Entry]

  init(_ part: COCOBuilder.Part, prefix: Bool) throws(DatasetError) {
    self.part = part
    let file = try COCOFile(contentsOfFile: part.annotations)
    func error(_ record: String, _ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(file: part.annotations, record: record, problem: problem, remedy: remedy)
    }
    let categories = file.categories.sorted { $0.id < $1.id }
    classes = categories.map(\.name)
    classOf = Dictionary(
      categories.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { a, _ in a })
    guard classOf.count == categories.count else {
      throw error("categories", "two have the same id", "give each an id of its own")
    }
    var found: [Int: [COCOFile.Annotation]] = [:]
    let known = Set(file.images.map(\.id))
    guard known.count == file.images.count else {
      throw error("images", "two have the same id", "give each an id of its own")
    }
    for (number, annotation) in file.annotations.enumerated() {
      let place = "annotations[\(number)]"
      guard known.contains(annotation.image_id) else {
        throw error(place, "there is no image \(annotation.image_id)", "correct the file")
      }
      guard classOf[annotation.category_id] != nil else {
        throw error(place, "there is no category \(annotation.category_id)", "correct the file")
      }
      found[annotation.image_id, default: []].append(annotation)
    }
    entries = file.images.sorted { $0.file_name.utf8.lexicographicallyPrecedes($1.file_name.utf8) }
      .map { image in
        let id = (prefix ? part.split + "/" : "") + image.file_name.withoutEnding
        return Entry(
          candidate: Candidate(id: id, imagePath: "\(part.images)/\(image.file_name)"),
          width: image.width, height: image.height, annotations: found[image.id] ?? [])
      }
  }
}
