/// What the page says of the scores.
extension TransferFigures {
  /// What the page says of the tasks with all labels.
  func tasks() throws -> [Statement] {
    let classified = try rows(.classify).map { $0[3] }.filter { $0 != "gaussian" }.map {
      try gain(.classify, $0)[0]
    }
    return try [
      Statement(
        Self.page,
        """
        Detection: k-means \(plus(.detect, "kmeans")), the autoencoder \
        \(plus(.detect, "autoencoder")), colorization \(plus(.detect, "colorization")), rotation \
        \(plus(.detect, "rotation")) and labels \(plus(.detect, "supervised")) leave zero out \
        (mAP \(mean(.detect, "gaussian")) from noise).
        """,
        if: decided(.detect)
          == ["kmeans", "autoencoder", "colorization", "rotation", "supervised"]),
      Statement(
        Self.page,
        """
        Segmentation: k-means \(plus(.segment, "kmeans")), split-brain \
        \(plus(.segment, "split-brain")), inpainting \(plus(.segment, "inpainting")), context \
        \(plus(.segment, "context")) and the autoencoder \(plus(.segment, "autoencoder")) do \
        (noise stays at chance, \(chance(.segment));
        """,
        if: decided(.segment)
          == ["kmeans", "split-brain", "inpainting", "context", "autoencoder"]),
      Statement(
        Self.page, "colorization is ahead by \(plus(.segment, "colorization"))."),
      Statement(
        Self.page,
        """
        Classification, where everything learns: \(.span(classified, 1, sign: true)) points \
        (colorization \(plus(.classify, "colorization"))), none beyond the scatter of three seeds; \
        Gaussian noise itself has \(.interval(score(.classify, "gaussian"), 1)).
        """, if: decided(.classify).isEmpty),
      Statement(
        Self.page,
        """
        labels \(plus(.frozen, "supervised")) and k-means \(plus(.frozen, "kmeans")) are ahead of \
        noise (\(mean(.frozen, "gaussian"))), rotation \(plus(.frozen, "rotation")) may be; \
        colorization \(plus(.frozen, "colorization")), split-brain, context and inpainting are \
        not, the autoencoder is behind, \(plus(.frozen, "autoencoder")).
        """, if: decided(.frozen) == ["supervised", "kmeans", "autoencoder"]),
      Statement(
        Self.page,
        """
        Scores are near chance (classification \(chance(.classify)), segmentation \
        \(chance(.segment)));
        """),
    ]
  }

  func fewLabels() throws -> [Statement] {
    let tenth = try summary.column("mean", of: rows(.tenth))
    let hundredth = try summary.column("mean", of: rows(.hundredth))
    let floor = try values(row(.hundredth, "gaussian"), ["chance"])[0]
    return try [
      Statement(
        Self.page,
        """
        the starts lie within \(Figure(tenth.max()! - tenth.min()!, 1)) points of each other, \
        k-means first, \(plus(.tenth, "kmeans")).
        """),
      Statement(
        Self.page,
        """
        k-means is ahead of noise, \(mean(.hundredth, "kmeans")) to \
        \(mean(.hundredth, "gaussian")), \(plus(.hundredth, "kmeans")), the only one of seven \
        intervals that leaves zero out; colorization comes second, \
        \(mean(.hundredth, "colorization")), \(plus(.hundredth, "colorization")),
        """, if: decided(.hundredth) == ["kmeans"] && rows(.hundredth).count == 8),
      Statement(
        Self.page,
        "half of the scores lie within a point of chance (\(chance(.hundredth))).",
        if: hundredth.count { $0 < floor + 1 } * 2 == hundredth.count),
    ]
  }
}
