// Shapes, types, devices and window geometry are part of how tensors are spoken of, so whoever
// imports Tensors can name them; kernels stay behind `Device.backend`.
@_exported public import Backends
