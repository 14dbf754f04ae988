import 'reflect-metadata';

export { container, type DependencyContainer, inject, injectable } from 'tsyringe';
