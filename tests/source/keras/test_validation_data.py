"""What libraries give that need not be installed here: environments of Gym, features of sounds."""

from __future__ import annotations

import pytest

from tests.source.commented import kfix_tells, outcome, text

PROGRAMS = {
    "an environment of Gym": """
import gym
env = gym.make('CartPole-v1')
state = env.reset()
m.fit(state)  # (4,)
m.fit(np.reshape(state, [1, env.observation_space.shape[0]]))  # (1, 4)
state, info = env.reset()
m.fit(state)  # (4,)
state, reward, done, info = env.step(env.action_space.sample())
m.fit(state, np.zeros((1, env.action_space.n)))  # [(4,), (1, 2)]
state, reward, done, cut, info = env.step(1)
m.fit(state)  # (4,)
m.fit(env.reset()[0])  # ?
m.fit(np.zeros((1,) + env.observation_space.shape))  # (1, 4)
""",
    "an environment of Gymnasium": """
import gymnasium as gym
env = gym.make('Pendulum-v1', render_mode='human')
state, _ = env.reset(seed=1)
m.fit(state, env.action_space.sample())  # [(3,), (1,)]
m.fit(env.reset()[0])  # (3,)
""",
    "environments that are not known": """
import gym
env = gym.make('Made-v0')
m.fit(np.zeros((2, env.observation_space.shape[0])))  # (2, ?)
env = gym.make('LunarLander-v2', continuous=True)
m.fit(np.zeros((2, env.action_space.n)))  # (2, ?)
env = gym.make('Taxi-v3')
m.fit(np.zeros((2, env.observation_space.n)))  # (2, 500)
m.fit(np.zeros((2, env.reset())))  # (2, ?)
""",
    "features of sounds": """
import librosa
y, sr = librosa.load('a.wav', duration=3)
f = librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40)
m.fit(f)  # (40, ?)
m.fit(np.mean(f.T, axis=0))  # (40,)
m.fit(np.mean(librosa.feature.melspectrogram(y=y, sr=sr).T, axis=0))  # (128,)
contrast = librosa.feature.spectral_contrast(y=y, sr=sr)
m.fit(np.hstack((np.mean(f.T, axis=0), np.mean(contrast.T, axis=0))))  # (47,)
m.fit(librosa.feature.mfcc(y=np.zeros(22050), sr=22050))  # (20, 44)
m.fit(librosa.feature.chroma_stft(S=np.abs(librosa.stft(y)), sr=sr))  # (12, ?)
m.fit(librosa.feature.mfcc(y=unknown, n_mfcc=40))  # ?
stereo, sr = librosa.load('a.wav', mono=False)
m.fit(librosa.feature.mfcc(y=stereo, n_mfcc=40))  # ?
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known(title: str) -> None:
    assert [text(one) for one in kfix_tells(PROGRAMS[title])] == outcome(PROGRAMS[title])
