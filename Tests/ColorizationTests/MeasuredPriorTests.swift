import ColorScience
import Colorization
import Datasets
import Foundation
import Images
import Testing

@Suite struct MeasuredPriorTests {
  let folder = try! TemporaryFolder()

  /// The same bits for any number of threads, of many pictures in few files or in many.
  @Test func threadsAndShardsDoNotMatter() throws {
    let dataset = try Samples.dataset(folder, count: 150, shard: 40, size: (12, 10))
    var recipe = MeasuredPrior.Recipe()
    recipe.step = 3
    var counts: [Int] = []
    let one = try MeasuredPrior.measure(dataset, recipe: recipe, threads: 1) { done, _ in
      counts.append(done)
    }
    #expect(counts == [64, 128, 150])
    #expect(try MeasuredPrior.measure(dataset, recipe: recipe, threads: 3) == one)
    #expect(one.pictures == 150 && one.dataHash == dataset.contentSHA256)
    #expect(one.prior.pixels == 150 * 4 * 4)
    // By hand.
    var expected = ColorPrior()
    let encoder = SoftEncoder()
    for record in 0..<150 {
      let picture = try dataset.picture(record, .whole)
      let planes = LabPlanes(rgb: picture.samples)
      for row in stride(from: 0, to: 10, by: 3) {
        for column in stride(from: 0, to: 12, by: 3) {
          let at = row * 12 + column
          expected.add(encoder.encode(a: planes.a[at], b: planes.b[at]))
        }
      }
    }
    #expect(zip(one.prior.mass, expected.mass).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func theRecipeIsFollowed() throws {
    let dataset = try Samples.dataset(folder, count: 5, size: (60, 40))
    var recipe = MeasuredPrior.Recipe()
    (recipe.size, recipe.step, recipe.split) = (20, 1, "val")
    let measured = try MeasuredPrior.measure(dataset, recipe: recipe)
    #expect(measured.prior.pixels == 5 * 30 * 20)
    recipe.neighbors = 1
    let hard = try MeasuredPrior.measure(dataset, recipe: recipe)
    #expect(hard.prior.mass.allSatisfy { $0.rounded() == $0 })
    #expect(hard.prior.entropy < measured.prior.entropy)
    recipe.split = "none"
    #expect(
      words { _ = try MeasuredPrior.measure(dataset, recipe: recipe) }.contains("no such split"))
    recipe.step = 0
    #expect(recipe.problem?.contains("step") == true)
  }

  @Test func aPriorIsKeptBesideItsDataAndReadStrictly() throws {
    let dataset = try Samples.dataset(folder, count: 4)
    let path = MeasuredPrior.path(beside: dataset)
    #expect(path == folder.file("part-0.prior.json"))
    let measured = try MeasuredPrior.measure(dataset)
    try measured.write(to: path)
    #expect(try MeasuredPrior(contentsOfFile: path) == measured)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func reading(_ old: String, _ new: String) throws -> String {
      let changed = text.replacingOccurrences(of: old, with: new)
      #expect(changed != text)
      try changed.write(toFile: folder.file("other.json"), atomically: true, encoding: .utf8)
      return words { _ = try MeasuredPrior(contentsOfFile: folder.file("other.json")) }
    }
    #expect(try reading("pigment.color-prior", "a recipe").contains("is no color prior"))
    #expect(try reading("\"version\" : 1", "\"version\" : 2").contains("has version 2"))
    #expect(try reading("\"pixels\"", "\"pixel\"").contains("cannot be understood"))
    #expect(try reading("\"mass\" : [", "\"mass\" : [ 3,").contains("314 bins"))
    #expect(
      words { _ = try MeasuredPrior(contentsOfFile: folder.file("none")) }
        .contains("is not there; `pigment data prior DATA`"))
  }
}
