extension GridMaxFlow {
  /// Sends as much as can flow; returns it. A node is tied to the source or to the sink, never to
  /// both: what a caller took off both sides beforehand is not in the sum.
  @discardableResult
  public func run() -> Int {
    pushToNeighbors()
    start()
    var current: Int32 = -1
    while true {
      if current >= 0 {
        next[Int(current)] = -1
        if parent[Int(current)] == Self.none { current = -1 }
      }
      if current < 0 {
        current = takeActive()
        if current < 0 { break }
      }
      let found = grow(Int(current))
      time.pointee += 1
      guard let (node, direction) = found else {
        current = -1
        continue
      }
      // The node stays at hand: it may have further paths.
      next[Int(current)] = current
      augment(node, direction)
      adopt()
    }
    return total
  }

  /// Sends what can go from a node with supply to a neighbor in need, without looking for paths.
  private func pushToNeighbors() {
    for node in 0..<count where supply[node] > 0 {
      for direction in 0..<8 {
        let arc = 8 * node + direction
        let other = Int(neighbor[arc])
        guard other >= 0, residual[arc] > 0, supply[other] < 0 else { continue }
        let amount = min(supply[node], residual[arc], -supply[other])
        residual[arc] -= amount
        residual[8 * other + direction ^ 4] += amount
        supply[node] -= amount
        supply[other] += amount
        total += Int(amount)
        if supply[node] == 0 { break }
      }
    }
  }

  private func start() {
    (head.pointee, tail.pointee, time.pointee, orphanCount.pointee) = (-1, -1, 0, 0)
    for node in 0..<count {
      next[node] = -1
      stamp[node] = 0
      distance[node] = 1
      parent[node] = supply[node] == 0 ? Self.none : Self.terminal
      isInSourceTree[node] = supply[node] > 0
      if supply[node] != 0 { activate(node) }
    }
  }

  private func activate(_ node: Int) {
    guard next[node] < 0 else { return }
    if tail.pointee >= 0 {
      next[Int(tail.pointee)] = Int32(node)
    } else {
      head.pointee = Int32(node)
    }
    tail.pointee = Int32(node)
    next[node] = Int32(node)
  }

  private func takeActive() -> Int32 {
    while head.pointee >= 0 {
      let node = head.pointee
      let after = next[Int(node)]
      if after == node { (head.pointee, tail.pointee) = (-1, -1) } else { head.pointee = after }
      next[Int(node)] = -1
      if parent[Int(node)] != Self.none { return node }
    }
    return -1
  }

  /// What can still flow along the tree from `node` toward its neighbor in a direction, away from
  /// the root.
  @inline(__always)
  private func outward(_ node: Int, _ direction: Int, _ other: Int, _ isSource: Bool) -> Int32 {
    isSource ? residual[8 * node + direction] : residual[8 * other + direction ^ 4]
  }

  /// Adds the free neighbors of a node to its tree; returns the arc from the source's tree to the
  /// sink's where they touch.
  private func grow(_ node: Int) -> (node: Int, direction: Int)? {
    let isSource = isInSourceTree[node]
    for direction in 0..<8 {
      let other = Int(neighbor[8 * node + direction])
      if other < 0 || outward(node, direction, other, isSource) == 0 { continue }
      if parent[other] == Self.none {
        isInSourceTree[other] = isSource
        hang(other, below: node, direction)
        activate(other)
      } else if isInSourceTree[other] != isSource {
        return isSource ? (node, direction) : (other, direction ^ 4)
      } else if stamp[other] <= stamp[node] && distance[other] > distance[node] {
        // A shorter way to the root.
        hang(other, below: node, direction)
      }
    }
    return nil
  }

  /// Makes a node the child of another, whose neighbor in this direction it is.
  @inline(__always)
  private func hang(_ other: Int, below node: Int, _ direction: Int) {
    parent[other] = Int8(direction ^ 4)
    above[other] = Int32(node)
    stamp[other] = stamp[node]
    distance[other] = distance[node] + 1
  }

  /// Sends what the path through this arc can carry, and orphans what it cuts off.
  private func augment(_ source: Int, _ direction: Int) {
    let arc = 8 * source + direction
    let sink = Int(neighbor[arc])
    var amount = residual[arc]
    var top = source
    while parent[top] != Self.terminal {
      let up = Int(above[top])
      amount = min(amount, residual[8 * up + Int(parent[top]) ^ 4])
      top = up
    }
    var bottom = sink
    while parent[bottom] != Self.terminal {
      amount = min(amount, residual[8 * bottom + Int(parent[bottom])])
      bottom = Int(above[bottom])
    }
    amount = min(amount, supply[top], -supply[bottom])
    residual[arc] -= amount
    residual[8 * sink + direction ^ 4] += amount
    var node = source
    while node != top {
      let (up, own) = (Int(above[node]), 8 * node + Int(parent[node]))
      let carrying = 8 * up + Int(parent[node]) ^ 4
      residual[own] += amount
      residual[carrying] -= amount
      if residual[carrying] == 0 { cutOff(node) }
      node = up
    }
    supply[top] -= amount
    if supply[top] == 0 { cutOff(top) }
    node = sink
    while node != bottom {
      let (up, carrying) = (Int(above[node]), 8 * node + Int(parent[node]))
      residual[8 * up + Int(parent[node]) ^ 4] += amount
      residual[carrying] -= amount
      if residual[carrying] == 0 { cutOff(node) }
      node = up
    }
    supply[bottom] += amount
    if supply[bottom] == 0 { cutOff(bottom) }
    total += Int(amount)
  }

  private func cutOff(_ node: Int) {
    parent[node] = Self.orphan
    orphans[Int(orphanCount.pointee)] = Int32(node)
    orphanCount.pointee += 1
  }

  /// Finds each orphan a new parent in its tree, or sets it free with its children orphaned.
  private func adopt() {
    var at = 0
    while at < orphanCount.pointee {
      let node = Int(orphans[at])
      at += 1
      let isSource = isInSourceTree[node]
      var (best, least) = (Self.none, Int32.max)
      for direction in 0..<8 {
        let other = Int(neighbor[8 * node + direction])
        guard other >= 0, parent[other] != Self.none, isInSourceTree[other] == isSource,
          outward(other, direction ^ 4, node, isSource) > 0
        else { continue }
        let far = distanceToRoot(other)
        if far < least { (best, least) = (Int8(direction), far) }
      }
      parent[node] = best
      if best != Self.none {
        above[node] = neighbor[8 * node + Int(best)]
        stamp[node] = time.pointee
        distance[node] = least + 1
        continue
      }
      for direction in 0..<8 {
        let other = Int(neighbor[8 * node + direction])
        guard other >= 0, parent[other] != Self.none, isInSourceTree[other] == isSource else {
          continue
        }
        if outward(other, direction ^ 4, node, isSource) > 0 { activate(other) }
        if parent[other] == Int8(direction ^ 4) { cutOff(other) }
      }
    }
    orphanCount.pointee = 0
  }

  /// The steps from a node to the terminal, or `Int32.max` where its tree has lost it; remembers
  /// them along the way.
  private func distanceToRoot(_ node: Int) -> Int32 {
    let now = time.pointee
    var (steps, at): (Int32, Int) = (0, node)
    while stamp[at] != now {
      if parent[at] == Self.orphan { return .max }
      if parent[at] == Self.terminal {
        stamp[at] = now
        distance[at] = 1
        break
      }
      steps += 1
      at = Int(above[at])
    }
    let whole = steps + distance[at]
    var (mark, left) = (node, whole)
    while stamp[mark] != now {
      stamp[mark] = now
      distance[mark] = left
      left -= 1
      mark = Int(above[mark])
    }
    return whole
  }
}
