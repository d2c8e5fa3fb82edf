"""Arrays of NumPy: their shapes as NumPy has them."""

from __future__ import annotations

import re

import pytest

from kfix.source.library import lookup
from kfix.source.library.signatures import Row
from tests.source.commented import check, kfix_tells, text

PROGRAMS = {
    "diagonals and rows that slide over rows": """
v, w = np.ones(10), np.ones((10, 12))
m.fit(np.diag(v))  # (10, 10)
m.fit(np.diag(v, k=1))  # (11, 11)
m.fit(np.diag(w, -2))  # (8,)
m.fit(np.diag(w, 3))  # (9,)
m.fit(np.diagonal(w))  # (10,)
m.fit(np.diagonal(np.ones((3, 4, 5))))  # (5, 3)
m.fit(np.diagonal(np.ones((3, 4, 5)), 1, 1, 2))  # (3, 4)
m.fit(np.convolve(v, np.ones(3), mode='valid'))  # (8,)
m.fit(np.convolve(v, np.ones(3)))  # (12,)
m.fit(np.convolve(v, np.ones(13), 'same'))  # (13,)
m.fit(np.correlate(v, np.ones(3)))  # (8,)
m.fit(np.array(list(map(lambda row: row[:5], w))))  # (?, 5)
m.fit(np.array([np.outer(row, row) for row in w]))  # (?, 12, 12)
""",
    "functions of the names of attributes": """
w = np.ones((10, 12))
m.fit(np.zeros(np.shape(w)))  # (10, 12)
m.fit(np.zeros(np.shape(w)[1:]))  # (12,)
m.fit(np.zeros(np.ndim(w)))  # (2,)
m.fit(np.zeros(np.size(w)))  # (120,)
m.fit(np.zeros(np.shape([[1, 2, 3], [4, 5, 6]])))  # (2, 3)
""",
    "constructors": """
m.fit(np.zeros((3,4)))  # (3, 4)
m.fit(np.zeros(5))  # (5,)
m.fit(np.zeros([3,4,5], dtype='float32'))  # (3, 4, 5)
m.fit(np.zeros(shape=(2,3)))  # (2, 3)
m.fit(np.ones((3,4)))  # (3, 4)
m.fit(np.empty((3,4)))  # (3, 4)
m.fit(np.full((3,4), 7))  # (3, 4)
m.fit(np.full(shape=(3,4), fill_value=0.))  # (3, 4)
""",
    "the shapes of others, and random numbers": """
a = np.zeros((6,4,3))
b = np.ones((6,4))
m.fit(np.zeros_like(a))  # (6, 4, 3)
m.fit(np.ones_like(b))  # (6, 4)
m.fit(np.full_like(a, 3))  # (6, 4, 3)
m.fit(np.empty_like(a))  # (6, 4, 3)
m.fit(np.zeros_like(a, dtype=int))  # (6, 4, 3)
m.fit(np.zeros(a.shape))  # (6, 4, 3)
m.fit(np.zeros((len(a), 2)))  # (6, 2)
m.fit(np.zeros((a.shape[0], b.shape[1])))  # (6, 4)
m.fit(np.random.randn(*a.shape))  # (6, 4, 3)
m.fit(np.random.rand(*a.shape))  # (6, 4, 3)
m.fit(np.random.normal(size=a.shape))  # (6, 4, 3)
m.fit(np.random.normal(0, 1, (3,4)))  # (3, 4)
m.fit(np.random.normal(loc=0.0, scale=1.0, size=(3,4)))  # (3, 4)
m.fit(np.random.normal(0, 1, 10))  # (10,)
m.fit(np.random.randint(0, 10, (5,1)))  # (5, 1)
m.fit(np.random.randint(10, size=5))  # (5,)
m.fit(np.random.randint(0, 10, size=(5,)))  # (5,)
m.fit(np.random.random((3,4)))  # (3, 4)
m.fit(np.random.random(size=(3,4)))  # (3, 4)
m.fit(np.random.random_sample((3,4)))  # (3, 4)
m.fit(np.random.uniform(-1, 1, (3,4)))  # (3, 4)
m.fit(np.random.uniform(size=(3,4)))  # (3, 4)
m.fit(np.random.choice(10, 5))  # (5,)
m.fit(np.random.choice([0,1], size=(5,2)))  # (5, 2)
m.fit(np.random.choice(b[:,0], 4))  # (4,)
m.fit(np.random.permutation(100))  # (100,)
m.fit(np.random.permutation(a))  # (6, 4, 3)
m.fit(np.random.permutation(len(a)))  # (6,)
m.fit(np.random.poisson(3, 10))  # (10,)
m.fit(np.random.poisson(3, size=(10,2)))  # (10, 2)
m.fit(np.random.binomial(1, 0.5, (10,1)))  # (10, 1)
m.fit(np.random.standard_normal((3,4)))  # (3, 4)
m.fit(np.random.standard_normal(size=10))  # (10,)
m.fit(np.random.exponential(1.0, (3,2)))  # (3, 2)
m.fit(np.random.multivariate_normal([0,0], [[1,0],[0,1]], 100))  # (100, 2)
m.fit(np.random.multivariate_normal(mean=[0,0,1], cov=np.eye(3), size=100))  # (100, 3)
m.fit(np.random.dirichlet([1,1,1], 20))  # (20, 3)
m.fit(np.random.gamma(2., 2., 10))  # (10,)
m.fit(np.random.beta(2., 2., (10,3)))  # (10, 3)
m.fit(np.random.laplace(0, 1, (4,2)))  # (4, 2)
m.fit(np.random.lognormal(0, 1, (4,2)))  # (4, 2)
m.fit(np.random.multinomial(20, [1/6.]*6, size=5))  # (5, 6)
m.fit(np.random.randint(0, 2, a.shape[0]))  # (6,)
m.fit(np.random.normal(a, 1))  # (6, 4, 3)
m.fit(np.random.normal(np.zeros(3), 1, (5,3)))  # (5, 3)
""",
    "a Generator": """
rng = np.random.default_rng(42)
m.fit(rng.random((3,4)))  # (3, 4)
m.fit(rng.normal(size=(3,4)))  # (3, 4)
m.fit(rng.normal(0, 1, (3,4)))  # (3, 4)
m.fit(rng.integers(0, 10, 5))  # (5,)
m.fit(rng.integers(0, 10, size=(5,1)))  # (5, 1)
m.fit(rng.integers(low=0, high=10, size=5))  # (5,)
m.fit(rng.uniform(-1, 1, size=(3,4)))  # (3, 4)
m.fit(rng.standard_normal((3,4)))  # (3, 4)
m.fit(rng.permutation(10))  # (10,)
m.fit(rng.permutation(np.zeros((10,3))))  # (10, 3)
m.fit(rng.choice(10, size=5))  # (5,)
m.fit(rng.choice(10, 5, replace=False))  # (5,)
m.fit(rng.multivariate_normal([0,0], [[1,0],[0,1]], 100))  # (100, 2)
""",
    "a RandomState": """
rs = np.random.RandomState(1)
m.fit(rs.rand(3,4))  # (3, 4)
m.fit(rs.randn(3,4))  # (3, 4)
m.fit(rs.randint(0, 5, (3,)))  # (3,)
m.fit(rs.normal(size=(3,2)))  # (3, 2)
m.fit(rs.uniform(0, 1, (3,2)))  # (3, 2)
m.fit(rs.permutation(7))  # (7,)
m.fit(rs.random_sample((3,2)))  # (3, 2)
m.fit(rs.choice(5, 3))  # (3,)
""",
    "ranges": """
m.fit(np.arange(10))  # (10,)
m.fit(np.arange(2, 10))  # (8,)
m.fit(np.arange(0, 10, 2))  # (5,)
m.fit(np.arange(0, 1, 0.1))  # (10,)
m.fit(np.arange(0., 10., 0.5))  # (20,)
m.fit(np.arange(start=0, stop=10))  # (10,)
m.fit(np.arange(12).reshape(3,4))  # (3, 4)
m.fit(np.arange(12).reshape((3,-1)))  # (3, 4)
m.fit(np.arange(0, 2*np.pi, 0.1))  # (63,)
m.fit(np.linspace(0, 1, 20))  # (20,)
m.fit(np.linspace(0, 1))  # (50,)
m.fit(np.linspace(0, 1, num=30))  # (30,)
m.fit(np.linspace(0, 10, 100).reshape(-1, 1))  # (100, 1)
m.fit(np.linspace(0, 1, 100)[:, np.newaxis])  # (100, 1)
m.fit(np.linspace(0, 1, 100)[:, None])  # (100, 1)
m.fit(np.logspace(0, 1, 20))  # (20,)
m.fit(np.geomspace(1, 10, 5))  # (5,)
m.fit(np.eye(4))  # (4, 4)
m.fit(np.eye(3, 5))  # (3, 5)
m.fit(np.eye(N=3, M=5))  # (3, 5)
m.fit(np.identity(4))  # (4, 4)
m.fit(np.diag([1,2,3]))  # ?
m.fit(np.tri(3))  # (3, 3)
m.fit(np.eye(10)[np.random.randint(0, 10, 20)])  # (20, 10)
m.fit(np.eye(10)[np.array([1,2,3])])  # (3, 10)
""",
    "arrays of literals": """
m.fit(np.array([1,2,3]))  # (3,)
m.fit(np.array([[1,2],[3,4],[5,6]]))  # (3, 2)
m.fit(np.array([[0,0],[0,1],[1,0],[1,1]], 'float32'))  # (4, 2)
m.fit(np.array([[[1],[2]],[[3],[4]]]))  # (2, 2, 1)
m.fit(np.array((1,2,3)))  # (3,)
m.fit(np.array([(1,2),(3,4)]))  # (2, 2)
m.fit(np.array(range(10)))  # (10,)
m.fit(np.array([i for i in range(10)]))  # (10,)
m.fit(np.array([[i, i*2] for i in range(10)]))  # (10, 2)
m.fit(np.array([np.zeros((3,4)) for _ in range(5)]))  # (5, 3, 4)
m.fit(np.array([np.zeros(3), np.ones(3)]))  # (2, 3)
m.fit(np.array([[i] for i in range(100)]))  # (100, 1)
m.fit(np.asarray([[1,2]]))  # (1, 2)
m.fit(np.array(list(range(5))))  # (5,)
m.fit(np.array([0]*5 + [1]*5))  # (10,)
m.fit(np.array([[0.]*3]*4))  # (4, 3)
m.fit(np.array(5))  # ()
m.fit(np.asarray(np.zeros((3,2))))  # (3, 2)
m.fit(np.array([1.0, 2.0, 3.0]).reshape(-1,1))  # (3, 1)
m.fit(np.array([x**2 for x in np.arange(5)]))  # (?,)
m.fit(np.array([[1,2,3]]).T)  # (3, 1)
m.fit(np.float32([[1,2],[3,4]]))  # (2, 2)
m.fit(np.array([1,2,3], ndmin=2))  # (1, 3)
m.fit(np.atleast_2d(np.array([1,2,3])))  # (1, 3)
m.fit(np.array(np.random.randn(3,2).tolist()))  # (?, 2)
m.fit(np.ascontiguousarray(np.zeros((3,2))))  # (3, 2)
m.fit(np.fromfunction(lambda i, j: i + j, (3, 3)))  # (3, 3)
""",
    "reshaping, joining, splitting": """
a = np.zeros((6,4,3))
v = np.zeros(12)
m.fit(a.reshape(6, 12))  # (6, 12)
m.fit(a.reshape(6, -1))  # (6, 12)
m.fit(a.reshape((6, -1)))  # (6, 12)
m.fit(a.reshape([6, 12]))  # (6, 12)
m.fit(a.reshape(-1))  # (72,)
m.fit(a.reshape(a.shape[0], -1))  # (6, 12)
m.fit(a.reshape(a.shape[0], a.shape[1]*a.shape[2]))  # (6, 12)
m.fit(a.reshape((len(a), 4*3)))  # (6, 12)
m.fit(a.reshape(a.shape + (1,)))  # (6, 4, 3, 1)
m.fit(a.reshape(*a.shape, 1))  # (6, 4, 3, 1)
m.fit(a.reshape((a.shape[0],) + (12,)))  # (6, 12)
m.fit(a.reshape(6, np.prod(a.shape[1:])))  # (6, 12)
m.fit(np.reshape(a, (6, 12)))  # (6, 12)
m.fit(np.reshape(a, (len(a), np.prod(a.shape[1:]))))  # (6, 12)
m.fit(v.reshape(3, 4))  # (3, 4)
m.fit(v.reshape(3, 4, order='F'))  # (3, 4)
m.fit(a.flatten())  # (72,)
m.fit(a.ravel())  # (72,)
m.fit(np.ravel(a))  # (72,)
m.fit(np.expand_dims(a, -1))  # (6, 4, 3, 1)
m.fit(np.expand_dims(a, axis=0))  # (1, 6, 4, 3)
m.fit(np.expand_dims(a, axis=(0, -1)))  # (1, 6, 4, 3, 1)
m.fit(a[np.newaxis])  # (1, 6, 4, 3)
m.fit(a[None])  # (1, 6, 4, 3)
m.fit(a[..., np.newaxis])  # (6, 4, 3, 1)
m.fit(a[:, :, :, None])  # (6, 4, 3, 1)
m.fit(a[:, np.newaxis, :])  # (6, 1, 4, 3)
m.fit(a.astype('float32'))  # (6, 4, 3)
m.fit(a.astype(np.float32) / 255)  # (6, 4, 3)
m.fit(a.transpose())  # (3, 4, 6)
m.fit(a.transpose(0, 2, 1))  # (6, 3, 4)
m.fit(a.transpose((0, 2, 1)))  # (6, 3, 4)
m.fit(a.transpose([2, 0, 1]))  # (3, 6, 4)
m.fit(np.transpose(a))  # (3, 4, 6)
m.fit(np.transpose(a, (0,2,1)))  # (6, 3, 4)
m.fit(np.transpose(a, axes=[0,2,1]))  # (6, 3, 4)
m.fit(a.T)  # (3, 4, 6)
m.fit(a.swapaxes(0, 1))  # (4, 6, 3)
m.fit(np.swapaxes(a, 1, 2))  # (6, 3, 4)
m.fit(np.moveaxis(a, 1, -1))  # (6, 3, 4)
m.fit(np.moveaxis(a, 0, 2))  # (4, 3, 6)
m.fit(np.rollaxis(a, 2))  # (3, 6, 4)
m.fit(np.rollaxis(a, 2, 1))  # (6, 3, 4)
m.fit(np.rollaxis(a, 0, 3))  # (4, 3, 6)
m.fit(np.rollaxis(a, -3, start=-1))  # (4, 6, 3)
m.fit(np.squeeze(np.zeros((3,1,4,1))))  # (3, 4)
m.fit(np.squeeze(np.zeros((3,1,4,1)), axis=1))  # (3, 4, 1)
m.fit(np.zeros((3,1,4)).squeeze())  # (3, 4)
m.fit(np.zeros((3,1)).squeeze(axis=-1))  # (3,)
m.fit(np.concatenate([a, a]))  # (12, 4, 3)
m.fit(np.concatenate((a, a), axis=0))  # (12, 4, 3)
m.fit(np.concatenate((a, a), axis=-1))  # (6, 4, 6)
m.fit(np.concatenate([a, a], 1))  # (6, 8, 3)
m.fit(np.concatenate([a for _ in range(3)]))  # (18, 4, 3)
m.fit(np.stack([a, a]))  # (2, 6, 4, 3)
m.fit(np.stack([a, a], axis=-1))  # (6, 4, 3, 2)
m.fit(np.stack((v, v), axis=1))  # (12, 2)
m.fit(np.vstack([v, v]))  # (2, 12)
m.fit(np.vstack((a, a)))  # (12, 4, 3)
m.fit(np.hstack([v, v]))  # (24,)
m.fit(np.hstack((a, a)))  # (6, 8, 3)
m.fit(np.dstack([a, a]))  # (6, 4, 6)
m.fit(np.dstack([v, v]))  # (1, 12, 2)
m.fit(np.column_stack([v, v]))  # (12, 2)
m.fit(np.column_stack((a[:,:,0], a[:,0,0])))  # (6, 5)
m.fit(np.c_[v, v])  # (12, 2)
m.fit(np.r_[v, v])  # (24,)
m.fit(np.append(v, v))  # (24,)
m.fit(np.append(a, a, axis=0))  # (12, 4, 3)
m.fit(np.append(v, 3))  # (13,)
m.fit(np.insert(v, 0, 1))  # (?,)
m.fit(np.delete(a, 0, axis=0))  # (5, 4, 3)
m.fit(np.delete(a, [0, 1], 1))  # (6, 2, 3)
m.fit(np.split(a, 2))  # [(3, 4, 3), (3, 4, 3)]
m.fit(np.split(a, 2)[0])  # (3, 4, 3)
m.fit(np.split(a, [2, 4]))  # [(2, 4, 3), (2, 4, 3), (2, 4, 3)]
m.fit(np.array_split(v, 5))  # [(3,), (3,), (2,), (2,), (2,)]
m.fit(np.hsplit(a, 2))  # [(6, 2, 3), (6, 2, 3)]
m.fit(np.vsplit(a, 3)[1])  # (2, 4, 3)
m.fit(np.tile(a, 2))  # (6, 4, 6)
m.fit(np.tile(v, (3, 1)))  # (3, 12)
m.fit(np.tile(a, (2, 1, 1)))  # (12, 4, 3)
m.fit(np.tile(v, [2]))  # (24,)
m.fit(np.repeat(a, 3, axis=0))  # (18, 4, 3)
m.fit(np.repeat(a, 3, axis=-1))  # (6, 4, 9)
m.fit(np.repeat(v, 3))  # (36,)
m.fit(a.repeat(2, axis=1))  # (6, 8, 3)
m.fit(np.repeat(a[..., np.newaxis], 3, -1))  # (6, 4, 3, 3)
m.fit(np.pad(a, ((0,0),(2,2),(1,0))))  # (6, 8, 4)
m.fit(np.pad(a, ((0,0),(2,2),(1,0)), 'constant'))  # (6, 8, 4)
m.fit(np.pad(a, 1))  # (8, 6, 5)
m.fit(np.pad(v, (2, 3), mode='constant', constant_values=0))  # (17,)
m.fit(np.pad(a, [(0, 0), (1, 1), (0, 0)], mode='reflect'))  # (6, 6, 3)
m.fit(np.flip(a, 1))  # (6, 4, 3)
m.fit(np.fliplr(a))  # (6, 4, 3)
m.fit(np.roll(a, 1, axis=0))  # (6, 4, 3)
m.fit(np.rot90(a))  # (4, 6, 3)
m.fit(np.broadcast_to(v, (3, 12)))  # (3, 12)
m.fit(np.resize(v, (5, 5)))  # (5, 5)
m.fit(np.zeros((int(np.log2(8)), int(np.floor(2.5)))))  # (3, 2)
m.fit(np.zeros((np.amax([2, 3]), np.amin([2, 3]))))  # (3, 2)
m.fit(np.zeros((np.int32(3), np.int64(2), int(np.float64(4.0)))))  # (3, 2, 4)
m.fit(np.asanyarray([[1, 2]]))  # (1, 2)
m.fit(np.atleast_1d(a))  # (6, 4, 3)
m.fit(np.atleast_2d(v))  # (1, 12)
m.fit(np.copy(a))  # (6, 4, 3)
m.fit(a.copy())  # (6, 4, 3)
m.fit(np.array(a))  # (6, 4, 3)
m.fit(np.array(a, dtype='float32'))  # (6, 4, 3)
m.fit(np.clip(a, 0, 1))  # (6, 4, 3)
m.fit(a.clip(0, 1))  # (6, 4, 3)
m.fit(np.where(a > 0, 1, 0))  # (6, 4, 3)
m.fit(np.where(a > 0, a, 0))  # (6, 4, 3)
m.fit(np.sort(a))  # (6, 4, 3)
m.fit(np.argsort(v))  # (12,)
m.fit(v.argsort())  # (12,)
m.fit(v.argsort()[::-1])  # (12,)
m.fit(np.cumsum(v))  # (12,)
m.fit(np.diff(v))  # (11,)
m.fit(np.diff(a, axis=0))  # (5, 4, 3)
m.fit(np.diff(v, n=2))  # (10,)
m.fit(np.outer(v, v))  # (12, 12)
m.fit(np.dot(a, np.zeros((3,7))))  # (6, 4, 7)
m.fit(a.dot(np.zeros((3,7))))  # (6, 4, 7)
m.fit(a @ np.zeros((3,7)))  # (6, 4, 7)
m.fit(np.matmul(a, np.zeros((3,7))))  # (6, 4, 7)
m.fit(np.einsum('ijk,kl->ijl', a, np.zeros((3,5))))  # (6, 4, 5)
m.fit(np.kron(np.ones((2,2)), np.ones((3,3))))  # (6, 6)
m.fit(np.nan_to_num(a))  # (6, 4, 3)
m.fit(np.log1p(a))  # (6, 4, 3)
m.fit(np.abs(a))  # (6, 4, 3)
m.fit(np.sin(v))  # (12,)
m.fit(np.exp(a))  # (6, 4, 3)
m.fit(np.sqrt(a))  # (6, 4, 3)
m.fit(np.log(a))  # (6, 4, 3)
m.fit(np.square(a))  # (6, 4, 3)
m.fit(np.power(a, 2))  # (6, 4, 3)
m.fit(np.round(a))  # (6, 4, 3)
m.fit(a.round(2))  # (6, 4, 3)
m.fit(np.maximum(a, 0))  # (6, 4, 3)
m.fit(np.minimum(a, a))  # (6, 4, 3)
m.fit(np.add(a, 1))  # (6, 4, 3)
m.fit(np.multiply(a, 2))  # (6, 4, 3)
m.fit(np.ceil(v))  # (12,)
m.fit(np.tanh(v))  # (12,)
m.fit(np.mod(v, 2))  # (12,)
m.fit(np.float32(a))  # (6, 4, 3)
m.fit(np.invert(a > 0))  # (6, 4, 3)
m.fit(np.logical_and(a > 0, a < 1))  # (6, 4, 3)
m.fit(np.convolve(v, np.ones(3), mode='valid'))  # (10,)
m.fit(np.convolve(v, np.ones(3), 'same'))  # (12,)
m.fit(np.interp(v, v, v))  # (12,)
m.fit(np.meshgrid(np.arange(3), np.arange(4))[0])  # (4, 3)
m.fit(np.take(a, [0, 1], axis=1))  # (6, 2, 3)
m.fit(a.take([0, 1], axis=1))  # (6, 2, 3)
m.fit(np.isnan(a))  # (6, 4, 3)
m.fit(np.digitize(v, [1,2]))  # (12,)
""",
    "picking and arithmetic": """
a = np.zeros((6,4,3))
v = np.zeros(12)
i = np.array([0, 2, 4])
m.fit(a[0])  # (4, 3)
m.fit(a[-1])  # (4, 3)
m.fit(a[:3])  # (3, 4, 3)
m.fit(a[3:])  # (3, 4, 3)
m.fit(a[1:-1])  # (4, 4, 3)
m.fit(a[::2])  # (3, 4, 3)
m.fit(a[::-1])  # (6, 4, 3)
m.fit(a[:, 0])  # (6, 3)
m.fit(a[:, 1:3])  # (6, 2, 3)
m.fit(a[:, :, 0])  # (6, 4)
m.fit(a[..., 0])  # (6, 4)
m.fit(a[..., :2])  # (6, 4, 2)
m.fit(a[:, -1, :])  # (6, 3)
m.fit(a[:, :-1])  # (6, 3, 3)
m.fit(a[0:2, 1:, :])  # (2, 3, 3)
m.fit(a[[0, 2]])  # (2, 4, 3)
m.fit(a[i])  # (3, 4, 3)
m.fit(a[:, [0, 1]])  # (6, 2, 3)
m.fit(a[a[:, 0, 0] > 0])  # (?, 4, 3)
m.fit(a[a > 0])  # (?,)
m.fit(v[v > 3])  # (?,)
m.fit(v[np.where(v > 3)])  # (?,)
m.fit(v[np.where(v > 3)[0]])  # (?,)
m.fit(a[v[:6] > 0])  # (?, 4, 3)
m.fit(a[np.random.permutation(6)])  # (6, 4, 3)
m.fit(a[np.random.choice(6, 3)])  # (3, 4, 3)
m.fit(a[np.random.choice(len(a), 3, replace=False)])  # (3, 4, 3)
m.fit(a[np.arange(6), :])  # (6, 4, 3)
m.fit(a[np.random.randint(0, 6, 10)])  # (10, 4, 3)
m.fit(a[range(3)])  # (3, 4, 3)
m.fit(a[np.argsort(a[:,0,0])])  # (6, 4, 3)
m.fit(a[:int(0.8*len(a))])  # (4, 4, 3)
m.fit(a[int(0.8*len(a)):])  # (2, 4, 3)
m.fit(a[:len(a)//2])  # (3, 4, 3)
m.fit(a[0:1])  # (1, 4, 3)
m.fit(a[i, :, 0])  # (3, 4)
m.fit(a[i][:, 1:2])  # (3, 1, 3)
m.fit(v[i].reshape(-1, 1))  # (3, 1)
m.fit(v[:, None] + v[None, :])  # (12, 12)
m.fit(a + 1)  # (6, 4, 3)
m.fit(1 - a)  # (6, 4, 3)
m.fit(a / 255.0)  # (6, 4, 3)
m.fit(-a)  # (6, 4, 3)
m.fit(a ** 2)  # (6, 4, 3)
m.fit(a + a[:, :1])  # (6, 4, 3)
m.fit(a * a[0])  # (6, 4, 3)
m.fit(a - a.mean())  # (6, 4, 3)
m.fit(a - a.mean(axis=0))  # (6, 4, 3)
m.fit((a - a.mean(axis=0)) / a.std(axis=0))  # (6, 4, 3)
m.fit((a - np.mean(a, axis=0, keepdims=True)))  # (6, 4, 3)
m.fit(a / np.max(a))  # (6, 4, 3)
m.fit((a - np.min(a)) / (np.max(a) - np.min(a)))  # (6, 4, 3)
m.fit(a > 0)  # (6, 4, 3)
m.fit((a > 0).astype(int))  # (6, 4, 3)
m.fit((a > 0).astype('int').reshape(6, -1))  # (6, 12)
m.fit((a == 0))  # (6, 4, 3)
m.fit((v > 0) & (v < 1))  # (12,)
m.fit(~(v > 0))  # (12,)
m.fit(v % 2 == 0)  # (12,)
m.fit(np.argmax(a, axis=1))  # (6, 3)
m.fit(np.argmax(a, axis=-1))  # (6, 4)
m.fit(a.argmax(axis=-1))  # (6, 4)
m.fit(a.argmax(1))  # (6, 3)
m.fit(np.argmax(a, 1))  # (6, 3)
m.fit(a.mean(axis=0))  # (4, 3)
m.fit(a.mean(axis=(0, 1)))  # (3,)
m.fit(a.mean(axis=-1, keepdims=True))  # (6, 4, 1)
m.fit(np.mean(a, axis=0))  # (4, 3)
m.fit(a.sum(axis=1))  # (6, 3)
m.fit(a.sum(1))  # (6, 3)
m.fit(np.sum(a, axis=2))  # (6, 4)
m.fit(a.max(axis=0))  # (4, 3)
m.fit(np.max(a, axis=0))  # (4, 3)
m.fit(a.min(axis=1, keepdims=True))  # (6, 1, 3)
m.fit(a.std(0))  # (4, 3)
m.fit(a.var(axis=1))  # (6, 3)
m.fit(np.std(a, 0))  # (4, 3)
m.fit(np.any(a, axis=1))  # (6, 3)
m.fit(np.all(a > 0, axis=(1,2)))  # (6,)
m.fit(np.median(a, axis=0))  # (4, 3)
m.fit(np.percentile(a, 50, axis=0))  # (4, 3)
m.fit(np.linalg.norm(a, axis=-1))  # (6, 4)
m.fit(np.unique(v))  # (?,)
m.fit(np.nonzero(v)[0])  # (?,)
m.fit(np.bincount(np.array([1,2])))  # (?,)
m.fit(a[np.newaxis, 0])  # (1, 4, 3)
m.fit(a[:, 0][:, np.newaxis])  # (6, 1, 3)
m.fit(np.array([a[k] for k in range(3)]))  # (3, 4, 3)
m.fit(np.array([row.flatten() for row in a]))  # (?, 12)
m.fit(np.array([row[0] for row in a]))  # (?, 3)
m.fit([a, v])  # [(6, 4, 3), (12,)]
m.fit([v[:6], a])  # [(6,), (6, 4, 3)]
m.fit({'a': a, 'b': v})  # {a: (6, 4, 3), b: (12,)}
""",
    "assignments": """
a = np.zeros((6,4,3))
a[0] = 1
a[:, 0] = 2
a += 1
a /= 255.
m.fit(a)  # (6, 4, 3)
b = a
b = b[:, 1:]
m.fit(b)  # (6, 3, 3)
c = []
for k in range(5):
    c.append(a[k])
m.fit(np.array(c))  # (5, 4, 3)
d = []
for k in range(len(a) - 2):
    d.append(a[k:k+2, 0, 0])
m.fit(np.array(d))  # (4, 2)
a.shape = (6, 12)
m.fit(a)  # (6, 12)
n = np.zeros((10,))
n = n.reshape((len(n), 1))
m.fit(n)  # (10, 1)
np.random.shuffle(n)
m.fit(n)  # (10, 1)
p, q = n[:7], n[7:]
m.fit(p, q)  # [(7, 1), (3, 1)]
(p, q) = np.split(n, [7])
m.fit(p, q)  # [(7, 1), (3, 1)]
x1, x2 = np.hsplit(np.zeros((5, 8)), 2)
m.fit(x1, x2)  # [(5, 4), (5, 4)]
z = np.empty((0, 3))
z = np.append(z, np.zeros((1, 3)), axis=0)
m.fit(z)  # (1, 3)
""",
    "data and labels": """
data = np.zeros((100, 9))
X = data[:, :-1]
y = data[:, -1]
m.fit(X, y)  # [(100, 8), (100,)]
X = data[:, 0:8]
Y = data[:, 8]
m.fit(X, Y)  # [(100, 8), (100,)]
X, y = data[:, :8], data[:, 8:]
m.fit(X, y)  # [(100, 8), (100, 1)]
n_train = int(0.7 * data.shape[0])
m.fit(data[:n_train], data[n_train:])  # [(70, 9), (30, 9)]
split = round(len(data) * 0.8)
m.fit(X[:split], y[:split])  # [(80, 8), (80, 1)]
idx = np.random.permutation(len(X))
X, y = X[idx], y[idx]
m.fit(X, y)  # [(100, 8), (100, 1)]
m.fit(X[idx[:50]], y[idx[50:]])  # [(50, 8), (50, 1)]
m.fit(X.reshape(X.shape[0], 1, X.shape[1]), y)  # [(100, 1, 8), (100, 1)]
m.fit(X.reshape((X.shape[0], X.shape[1], 1)))  # (100, 8, 1)
m_, n_ = X.shape
m.fit(np.zeros((m_, n_)))  # (100, 8)
rows, cols = data.shape
m.fit(data.reshape(cols, rows))  # (9, 100)
m.fit(np.zeros((X.size, X.ndim)))  # (800, 2)
m.fit(np.array([data[i:i+5] for i in range(90)]))  # (90, 5, 9)
m.fit(np.hstack([X, y]))  # (100, 9)
m.fit(np.concatenate([X, y.reshape(-1, 1)], axis=1))  # (100, 9)
m.fit(np.array(X).astype('float32'))  # (100, 8)
m.fit(np.zeros((data.shape[0], max(3, 4))))  # (100, 4)
""",
    "pairs that are shuffled": """
x = np.zeros((7, 3), dtype=np.uint8)
y = np.ones(7)
shuffled = list(zip(x, y))
np.random.shuffle(shuffled)
a, b = zip(*shuffled)
m.fit(np.array(a), np.array(b))  # [?, ?]
m.fit(np.array(list(x)))  # (?, 3)
""",
    "names that are imported": """
import numpy
from numpy import zeros, array, random, newaxis
from numpy.random import rand, seed, randint
seed(1)
m.fit(zeros((3, 4)))  # (3, 4)
m.fit(array([[1, 2]]))  # (1, 2)
m.fit(random.rand(3, 2))  # (3, 2)
m.fit(rand(3, 2))  # (3, 2)
m.fit(randint(0, 3, 10))  # (10,)
m.fit(numpy.zeros((4, 3)))  # (4, 3)
m.fit(rand(10)[:, newaxis])  # (10, 1)
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str) -> None:
    check(PROGRAMS[title])


ELSEWHERE = {"numpy.asfarray", "numpy.recfromcsv", "numpy.loadtxt", "numpy.genfromtxt"}
"""What NumPy 2 does not have any more, and what reads files, which test_pandas.py calls."""


def with_a_rule() -> list[str]:
    """Return the functions of NumPy that are no rows of the table."""
    lookup.function_of("numpy.zeros")
    found = [name for name, one in lookup.FUNCTIONS.items() if not isinstance(one, Row)]
    return [name for name in found if name.startswith("numpy.") and name not in ELSEWHERE]


@pytest.mark.parametrize("name", with_a_rule())
def test_each_function_with_a_rule_is_in_a_program(name: str) -> None:
    called = rf"\b{name.rpartition('.')[2]}\b"
    assert any(re.search(called, program) for program in PROGRAMS.values())


ODD = {
    "np.split(np.zeros((4, 3)), 10**9)": "?",
    "np.array_split(np.zeros(4), 10**9)": "?",
    "np.concatenate(np.zeros((10**9, 2)))": "?",
    "np.array([1, 2], ndmin=10**9)": "?",
    "np.pad(np.zeros((2, 3)), [{}, 1])": "?",
    "np.pad(np.zeros((2, 3)), [unknown])": "(?, ?)",
    "np.zeros(unknown)": "?",
    "np.random.permutation(unknown)": "?",
}


@pytest.mark.parametrize("expression", ODD)
def test_what_is_not_known_is_bounded(expression: str) -> None:
    (found,) = kfix_tells(f"import sys\nunknown = sys.argv\nm.fit({expression})\n")
    assert text(found) == ODD[expression]
