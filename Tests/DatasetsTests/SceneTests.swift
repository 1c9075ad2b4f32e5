import Datasets
import Images
import Randomness
import Testing

/// The smallest box around the pixels that hold `value`.
func bounds(of value: UInt8, in labels: Picture) -> Box? {
  var box: Box?
  for y in 0..<labels.height {
    for x in 0..<labels.width where labels.samples[y * labels.width + x] == value {
      let (x, y) = (Float(x), Float(y))
      let old = box ?? Box(xMin: x, yMin: y, xMax: x, yMax: y)
      box = Box(
        xMin: min(old.xMin, x), yMin: min(old.yMin, y), xMax: max(old.xMax, x),
        yMax: max(old.yMax, y))
    }
  }
  return box
}

/// What every annotated scene must fulfil, whoever made it.
func expectConsistentLabels(_ scene: Scene, classes: Int, _ location: SourceLocation) {
  let (mask, instances) = (scene.mask, scene.instances)
  let known = Set(scene.objects.map { UInt8($0.classIndex + 1) })
  #expect(known.allSatisfy { (1...classes).contains(Int($0)) }, sourceLocation: location)
  for (index, object) in scene.objects.enumerated() {
    #expect(bounds(of: UInt8(index + 1), in: instances) == object.box, sourceLocation: location)
    if object.truncated {
      let box = object.box
      #expect(
        box.xMin == 0 || box.yMin == 0 || box.xMax == Float(mask.width - 1)
          || box.yMax == Float(mask.height - 1), sourceLocation: location)
    }
  }
  for (label, instance) in zip(mask.samples, instances.samples) where label != 255 {
    let expected = instance == 0 ? 0 : UInt8(scene.objects[Int(instance) - 1].classIndex + 1)
    if label != expected {
      Issue.record("mask \(label), object \(instance)", sourceLocation: location)
    }
  }
  // The rim is there: nowhere do object and background touch without it.
  for y in 0..<mask.height {
    for x in 1..<mask.width {
      let at = y * mask.width + x
      let (a, b) = (mask.samples[at - 1], mask.samples[at])
      if a != b && a != 255 && b != 255 {
        Issue.record("labels \(a) and \(b) touch at (\(x), \(y))", sourceLocation: location)
      }
    }
  }
}

@Suite struct SceneTests {
  private let generator = SceneGenerator(size: (96, 96), key: RandomKey(seed: 11))

  @Test func aSceneDependsOnKeyAndIndexOnly() {
    let again = SceneGenerator(size: (96, 96), key: RandomKey(seed: 11))
    let backward = (0..<4).reversed().map { again.scene($0) }.reversed()
    #expect(Array(backward) == (0..<4).map { generator.scene($0) })
    let other = SceneGenerator(size: (96, 96), key: RandomKey(seed: 12))
    for index in 0..<4 {
      #expect(other.scene(index).picture != generator.scene(index).picture)
      #expect(generator.scene(index).picture != generator.scene(index + 1).picture)
    }
  }

  @Test func boxesAndMasksAreExact() {
    for index in 0..<60 {
      let scene = generator.scene(index)
      #expect(scene.picture.width == 96 && scene.picture.channels == 3)
      expectConsistentLabels(scene, classes: 10, #_sourceLocation)
    }
  }

  @Test func everyClassOccursAboutAsOften() {
    var counts = [Int](repeating: 0, count: SceneGenerator.classNames.count)
    var objects: [Int: Int] = [:]
    var truncated = 0
    for index in 0..<400 {
      let scene = generator.scene(index)
      for label in Set(scene.objects.map(\.classIndex)) { counts[label] += 1 }
      objects[scene.objects.count, default: 0] += 1
      truncated += scene.objects.count { $0.truncated }
    }
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    for (name, count) in zip(SceneGenerator.classNames, counts) {
      #expect(Double(count) > 0.5 * mean && Double(count) < 1.8 * mean, "\(name): \(count)")
    }
    #expect(objects[0, default: 0] <= 4 && (1...4).allSatisfy { objects[$0, default: 0] > 10 })
    #expect(truncated > 40)
    #expect(SceneGenerator.classNames == SceneGenerator.classNames.sorted())
  }

  @Test func oneThingHidesAnotherAndTooLittleIsVoid() throws {
    // The same scene asked for with a stricter limit loses objects, never boxes' exactness.
    let strict = SceneGenerator(size: (40, 40), key: RandomKey(seed: 3))
    for index in 0..<40 {
      let scene = strict.scene(index)
      for (number, object) in scene.objects.enumerated() {
        let pixels = scene.instances.samples.count { $0 == UInt8(number + 1) }
        #expect(pixels >= strict.fewestPixels)
        #expect(object.box.xMax < 40 && object.box.yMax < 40)
      }
    }
  }

  @Test func brightnessAloneDoesNotNameAClass() {
    // Mean luma of a class's pixels: classes must overlap, or shape would not be needed.
    var lumas = [[Double]](repeating: [], count: SceneGenerator.classNames.count)
    for index in 0..<200 {
      let scene = generator.scene(index)
      for (number, object) in scene.objects.enumerated() {
        var (sum, count) = (0.0, 0.0)
        for (at, instance) in scene.instances.samples.enumerated() where instance == number + 1 {
          sum += Double(scene.picture.samples[at * 3 + 1])
          count += 1
        }
        lumas[object.classIndex].append(sum / count)
      }
    }
    let means = lumas.map { $0.reduce(0, +) / Double($0.count) }
    let spreads = zip(lumas, means).map { values, mean in
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    let spread = spreads.reduce(0, +) / Double(spreads.count)
    #expect(means.max()! - means.min()! < 3 * spread)
  }
}
